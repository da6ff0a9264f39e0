// SQLite, with its errors as isr's.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace isr {

// A prepared statement. Parameters and columns count from 0.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, double value);
  Statement& bind(int index, const std::string& value);
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }
  Statement& bind_null(int index);

  bool step();  // true: a row is there. Afterwards reset() before the next run
  void run();   // to its end, and resets

  int columns() const;
  std::string name(int column) const;
  int type(int column) const;  // SQLITE_INTEGER, …
  bool is_null(int column) const { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;

 private:
  friend class Database;
  Statement(class Database& database, sqlite3_stmt* statement);

  class Database* database_;
  sqlite3_stmt* statement_;
};

// A connection to a database file. Every failure is an Error that names the file, says what is wrong and what
// would help.
class Database {
 public:
  enum class Mode { create, write, read };

  Database(const std::filesystem::path& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& sql);
  Statement prepare(const std::string& sql);
  std::int64_t integer(const std::string& sql);  // the first value of the first row; 0: there is none
  std::string text(const std::string& sql);

  // Runs `work` in a transaction: all of it happens, or nothing.
  void transaction(const std::function<void()>& work);

  const std::filesystem::path& path() const { return path_; }

  // Throws Error for a result of SQLite's that is none of OK, ROW and DONE.
  void check(int code);

 private:
  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
};

}  // namespace isr
