#include "sweep/database.h"

#include <utility>

#include "base/error.h"

namespace isr {
namespace {

constexpr int patience_milliseconds = 20000;

std::string reason(int code, sqlite3* handle) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full; what was stored before is kept: make room and run the same command again";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "it is damaged, or no SQLite database; nothing was changed (sqlite3's .recover saves what can "
             "be "
             "read)";
    case SQLITE_READONLY:
      return "it, or its folder, is read-only";
    case SQLITE_CANTOPEN:
      return "the file or its folder does not exist, or may not be opened";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program keeps it locked";
    case SQLITE_IOERR:
      return "reading or writing failed (is the disk full?); what was stored before is kept: run the same "
             "command again";
    default:
      return handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  }
}

}  // namespace

Statement::Statement(Database& database, sqlite3_stmt* statement)
    : database_(&database), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(int index, std::int64_t value) {
  database_->check(sqlite3_bind_int64(statement_, index + 1, value));
  return *this;
}

Statement& Statement::bind(int index, double value) {
  database_->check(sqlite3_bind_double(statement_, index + 1, value));
  return *this;
}

Statement& Statement::bind(int index, const std::string& value) {
  database_->check(sqlite3_bind_text(statement_, index + 1, value.data(), static_cast<int>(value.size()),
                                     SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int index) {
  database_->check(sqlite3_bind_null(statement_, index + 1));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    sqlite3_reset(statement_);
    database_->check(code);
  }
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
  database_->check(sqlite3_reset(statement_));
}

int Statement::columns() const {
  return sqlite3_column_count(statement_);
}

std::string Statement::name(int column) const {
  return sqlite3_column_name(statement_, column);
}

int Statement::type(int column) const {
  return sqlite3_column_type(statement_, column);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  return text ? reinterpret_cast<const char*>(text) : "";
}

Database::Database(const std::filesystem::path& path, Mode mode) : path_(path) {
  const int flags = mode == Mode::read    ? SQLITE_OPEN_READONLY
                    : mode == Mode::write ? SQLITE_OPEN_READWRITE
                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = reason(code, handle_);
    sqlite3_close(handle_);
    throw Error("cannot open " + path.string() + ": " + why);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, patience_milliseconds);
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::check(int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw Error(path_.string() + ": " + reason(code, handle_));
}

void Database::execute(const std::string& sql) {
  check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr));
  return {*this, statement};
}

std::int64_t Database::integer(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.text(0) : "";
}

void Database::transaction(const std::function<void()>& work) {
  execute("BEGIN IMMEDIATE");
  try {
    work();
    execute("COMMIT");
  } catch (...) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

}  // namespace isr
