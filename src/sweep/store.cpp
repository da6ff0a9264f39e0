#include "sweep/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/instruction_set.h"
#include "base/parallel.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t application_id = 0x69737273;  // "isrs", in the file's header

std::string axis_column(const SweepAxis& axis) {
  std::string name = axis.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// The axes of measurements are columns of cells, those of the network of methods.
std::string axis_columns(bool of_measurement) {
  std::string columns;
  for (const SweepAxis& axis : sweep_axes())
    if (axis.of_measurement == of_measurement) columns.append(", ").append(axis_column(axis));
  return columns;
}

std::string tables() {
  return "CREATE TABLE sweep(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
         "CREATE TABLE subjects(subject INTEGER PRIMARY KEY, source TEXT, label TEXT);"
         "CREATE TABLE cells(cell INTEGER PRIMARY KEY" +
         axis_columns(true) +
         ");"
         "CREATE TABLE methods(method INTEGER PRIMARY KEY, name TEXT" +
         axis_columns(false) +
         ");"
         "CREATE TABLE solves(id INTEGER PRIMARY KEY, subject INTEGER, cell INTEGER, method INTEGER,"
         " n INTEGER, p INTEGER, k INTEGER, used_ensemble TEXT, used_basis TEXT, used_model TEXT, w0 REAL,"
         " status TEXT, stop_reason TEXT, flow_time REAL, steps INTEGER, relative_residual REAL,"
         " relative_error REAL, psnr REAL, support INTEGER, window_begin REAL, window_end REAL,"
         " least_error REAL);"
         "CREATE TABLE runs(run INTEGER PRIMARY KEY, began TEXT, version TEXT, host TEXT, processor TEXT,"
         " instruction_set TEXT, ranks INTEGER, threads INTEGER, command TEXT);"
         "CREATE TABLE timings(id INTEGER PRIMARY KEY, run INTEGER, seconds REAL);"
         "CREATE VIEW results AS SELECT id, source, label" +
         axis_columns(true) + ", name AS method" + axis_columns(false) +
         ", n, p, k, used_ensemble, used_basis, used_model, w0, status, stop_reason, flow_time, steps,"
         " relative_residual, relative_error, psnr, support, window_begin, window_end, least_error"
         " FROM solves JOIN subjects USING (subject) JOIN cells USING (cell) JOIN methods USING (method);";
}

constexpr const char* insert_sql =
    "INSERT OR IGNORE INTO solves VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr const char* insert_timing_sql = "INSERT OR IGNORE INTO timings VALUES(?,?,?)";

// A value as SQL compares it best: a number where it is one.
void bind_value(Statement& statement, int index, const std::string& value) {
  double number = 0;
  const char* const last = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), last, number);
  if (error != std::errc() || end != last)
    statement.bind(index, value);
  else if (number == std::floor(number) && std::abs(number) < 1e15)
    statement.bind(index, static_cast<std::int64_t>(number));
  else
    statement.bind(index, number);
}

void insert_values(Statement& statement, int first, bool of_measurement,
                   const std::map<std::string, std::string>& values) {
  for (const SweepAxis& axis : sweep_axes()) {
    if (axis.of_measurement != of_measurement) continue;
    const auto found = values.find(axis.name);
    if (found == values.end())
      statement.bind_null(first++);
    else
      bind_value(statement, first++, found->second);
  }
}

std::string placeholders(int count) {
  std::string text = "?";
  for (int i = 1; i < count; ++i) text += ",?";
  return text;
}

void insert_grid(Database& database, const SweepGrid& grid) {
  int of_measurement = 0;
  for (const SweepAxis& axis : sweep_axes()) of_measurement += axis.of_measurement;
  const int of_network = static_cast<int>(sweep_axes().size()) - of_measurement;
  Statement subjects = database.prepare("INSERT INTO subjects VALUES(?,?,?)");
  std::int64_t number = 0;
  for (const Subject& subject : grid.subjects())
    subjects.bind(0, number++).bind(1, subject.source).bind(2, subject.label).run();
  Statement cells = database.prepare("INSERT INTO cells VALUES(" + placeholders(1 + of_measurement) + ")");
  number = 0;
  for (const SweepCell& cell : grid.cells()) {
    insert_values(cells.bind(0, number++), 1, true, cell.values);
    cells.run();
  }
  Statement methods = database.prepare("INSERT INTO methods VALUES(" + placeholders(2 + of_network) + ")");
  number = 0;
  for (const SweepMethod& method : grid.methods()) {
    insert_values(methods.bind(0, number++).bind(1, method.name), 2, false, method.values);
    methods.run();
  }
}

void make_tables(Database& database, const SweepGrid& grid, Shard shard) {
  database.execute("PRAGMA application_id=" + std::to_string(application_id) +
                   "; PRAGMA user_version=" + std::to_string(sweep_schema));
  database.execute(tables());
  Statement facts = database.prepare("INSERT INTO sweep VALUES(?,?)");
  const auto say = [&](const char* key, const std::string& value) {
    facts.bind(0, std::string(key)).bind(1, value).run();
  };
  say("version", ISR_VERSION);
  say("definition", grid.definition().description().dump());
  say("shard", std::to_string(shard.index) + "/" + std::to_string(shard.count));
  say("solves", std::to_string(grid.size()));
  insert_grid(database, grid);
}

void insert_result(Statement& statement, std::int64_t subjects, std::int64_t methods, const SolveResult& r) {
  const std::int64_t problem = r.id / methods;
  const auto text = [](const std::string& value) {
    return value.empty() ? std::optional<std::string>() : std::optional<std::string>(value);
  };
  statement.bind(0, r.id)
      .bind(1, problem % subjects)
      .bind(2, problem / subjects)
      .bind(3, r.id % methods)
      .bind(4, r.n)
      .bind(5, r.p)
      .bind(6, r.k)
      .bind(7, r.ensemble)
      .bind(8, r.basis)
      .bind(9, text(r.model))
      .bind(10, r.w0)
      .bind(11, r.status)
      .bind(12, r.stop_reason)
      .bind(13, r.flow_time)
      .bind(14, r.steps)
      .bind(15, r.relative_residual)
      .bind(16, r.relative_error)
      .bind(17, r.psnr)
      .bind(18, r.support)
      .bind(19, r.window_begin)
      .bind(20, r.window_end)
      .bind(21, r.least_error)
      .run();
}

std::string fact(Database& database, const std::string& key) {
  return database.text("SELECT value FROM sweep WHERE key='" + key + "'");
}

// Throws Error unless the file is a sweep that this program reads.
void check_sweep(Database& database) {
  const std::string file = database.path().string();
  if (database.integer("PRAGMA application_id") != application_id)
    throw Error(file + " is no sweep of isr, but another SQLite database; nothing was changed");
  const std::int64_t schema = database.integer("PRAGMA user_version");
  if (schema != sweep_schema)
    throw Error(file + " is a sweep of another version of isr, whose tables have layout " +
                std::to_string(schema) + "; this one reads layout " + std::to_string(sweep_schema) +
                "; nothing was changed");
  if (database.text("PRAGMA quick_check(1)") != "ok") database.check(SQLITE_CORRUPT);
}

// The first part in which two descriptions differ, for the message.
std::string first_difference(const std::string& there, const std::string& here) {
  using Json = nlohmann::ordered_json;
  const Json a = Json::parse(there, nullptr, false), b = Json::parse(here, nullptr, false);
  if (a.is_discarded() || !a.is_object()) return "its description cannot be read";
  for (const auto& [key, value] : b.items()) {
    if (key == "over") {
      for (const auto& [axis, values] : value.items()) {
        const Json other = a.value("over", Json::object()).value(axis, Json());
        if (other != values) return axis + " is " + other.dump() + " there, " + values.dump() + " here";
      }
    } else if (a.value(key, Json()) != value) {
      if (key == "fingerprint") return "the pictures are not the same";
      return key + " is " + a.value(key, Json()).dump() + " there, " + value.dump() + " here";
    }
  }
  return "they are described in another way";
}

}  // namespace

SweepMachine this_machine() {
  SweepMachine machine;
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  machine.host = host;
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) {
      machine.processor = line.substr(line.find(": ") + 2);
      break;
    }
  machine.instruction_set = instruction_set();
  machine.threads = thread_count();
  return machine;
}

// A file beside the database that its writer keeps locked; the system unlocks it when the process ends, in
// whatever way.
class SweepStore::Lock {
 public:
  explicit Lock(const fs::path& database) : path_(database.string() + ".lock") {
    for (;;) {
      descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      if (descriptor_ < 0)
        throw Error("cannot write beside " + database.string() + ": " + std::strerror(errno));
      if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw Error(database.string() + " is being written by another isr sweep; wait for its end");
      }
      struct stat open_file {
      }, named{};
      if (::fstat(descriptor_, &open_file) == 0 && ::stat(path_.c_str(), &named) == 0 &&
          open_file.st_ino == named.st_ino)
        return;
      ::close(descriptor_);  // its last owner has removed it meanwhile
    }
  }
  ~Lock() {
    ::unlink(path_.c_str());
    ::close(descriptor_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  std::string path_;
  int descriptor_ = -1;
};

SweepStore::SweepStore(const fs::path& path, const SweepGrid& grid, Shard shard)
    : lock_(std::make_unique<Lock>(path)), solves_(grid.size()) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(path.string() + " is a folder; a sweep needs a file");
  const bool existed = fs::exists(path, ignored);
  const bool is_new = !existed || fs::file_size(path, ignored) == 0;
  try {
    database_ = std::make_unique<Database>(path, is_new ? Database::Mode::create : Database::Mode::write);
    if (!is_new) check_same(grid, shard);
    // Readers and the writer do not wait for each other, and what is committed survives the process. A file
    // system without shared memory keeps the older journal, which does that too, more slowly.
    database_->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    if (is_new) database_->transaction([&] { make_tables(*database_, grid, shard); });
  } catch (...) {
    database_.reset();
    if (is_new && !existed)
      for (const char* part : {"", "-wal", "-shm", "-journal"}) fs::remove(path.string() + part, ignored);
    throw;
  }
  subjects_ = static_cast<std::int64_t>(grid.subjects().size());
  methods_ = grid.method_count();
  insert_.emplace(database_->prepare(insert_sql));
  insert_timing_.emplace(database_->prepare(insert_timing_sql));
}

SweepStore::~SweepStore() = default;

void SweepStore::check_same(const SweepGrid& grid, Shard shard) {
  check_sweep(*database_);
  const std::string file = database_->path().string();
  if (const std::string version = fact(*database_, "version"); version != ISR_VERSION)
    throw Error(file + " was begun by isr " + version +
                ", and this is isr " ISR_VERSION "; go on with that version, or begin another file");
  const std::string here = grid.definition().description().dump();
  const std::string there = fact(*database_, "definition");
  if (there != here)
    throw Error(file + " holds another sweep: " + first_difference(there, here) +
                "; give the same options, or another file");
  const std::string part = std::to_string(shard.index) + "/" + std::to_string(shard.count);
  if (fact(*database_, "shard") != part)
    throw Error(file + " holds shard " + fact(*database_, "shard") + " of this sweep, not " + part +
                "; each shard needs a file of its own");
}

std::vector<bool> SweepStore::done() const {
  std::vector<bool> done(static_cast<std::size_t>(solves_));
  Statement ids = database_->prepare("SELECT id FROM solves");
  while (ids.step()) done.at(static_cast<std::size_t>(ids.integer(0))) = true;
  return done;
}

void SweepStore::begin_run(const SweepMachine& machine) {
  database_->transaction([&] {
    run_ = database_->integer("SELECT coalesce(max(run), 0) + 1 FROM runs");
    database_
        ->prepare("INSERT INTO runs VALUES(?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?, ?, ?, ?, ?)")
        .bind(0, run_)
        .bind(1, std::string(ISR_VERSION))
        .bind(2, machine.host)
        .bind(3, machine.processor)
        .bind(4, machine.instruction_set)
        .bind(5, std::int64_t{machine.ranks})
        .bind(6, std::int64_t{machine.threads})
        .bind(7, machine.command)
        .run();
  });
}

void SweepStore::add(std::span<const SolveResult> results) {
  if (results.empty()) return;
  database_->transaction([&] {
    for (const SolveResult& result : results) {
      insert_result(*insert_, subjects_, methods_, result);
      insert_timing_->bind(0, result.id).bind(1, run_).bind(2, result.seconds).run();
    }
  });
}

void SweepStore::close_complete() {
  insert_.reset();
  insert_timing_.reset();
  database_->execute("PRAGMA journal_mode=DELETE");
}

double bytes_of_result(const SweepGrid& grid, std::span<const SolveResult> results) {
  if (results.empty()) return 0;
  Database database(":memory:", Database::Mode::create);
  make_tables(database, grid, {});
  const double empty = static_cast<double>(database.integer("PRAGMA page_count"));
  Statement insert = database.prepare(insert_sql), insert_timing = database.prepare(insert_timing_sql);
  constexpr std::int64_t rows = 5000;
  database.transaction([&] {
    for (std::int64_t i = 0; i < rows; ++i) {
      SolveResult result = results[static_cast<std::size_t>(i) % results.size()];
      result.id = i;
      insert_result(insert, static_cast<std::int64_t>(grid.subjects().size()), grid.method_count(), result);
      insert_timing.bind(0, i).bind(1, std::int64_t{1}).bind(2, result.seconds).run();
    }
  });
  const double pages = static_cast<double>(database.integer("PRAGMA page_count")) - empty;
  return pages * static_cast<double>(database.integer("PRAGMA page_size")) / rows;
}

std::unique_ptr<Database> open_sweep(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored))
    throw Error("there is no file " + path.string() + "; isr sweep makes one");
  auto database = std::make_unique<Database>(path, Database::Mode::read);
  check_sweep(*database);
  return database;
}

namespace {

void check_mergeable(Database& database, const std::string& definition, const std::string& version,
                     const fs::path& first) {
  const std::string there = fact(database, "definition");
  if (there != definition)
    throw Error(database.path().string() + " holds another sweep than " + first.string() + ": " +
                first_difference(there, definition));
  if (fact(database, "version") != version)
    throw Error(database.path().string() + " is of isr " + fact(database, "version") + ", and " +
                first.string() + " of isr " + version + "; their results are not to be mixed");
}

// Everything of an attached sweep that is not there yet; its runs get numbers of their own.
void take_from(Database& merged, const fs::path& source) {
  merged.prepare("ATTACH ? AS part").bind(0, source.string()).run();
  merged.transaction([&] {
    const std::int64_t differing = merged.integer(
        "SELECT count(*) FROM (SELECT * FROM part.solves WHERE id IN (SELECT id FROM main.solves) "
        "EXCEPT SELECT * FROM main.solves)");
    if (differing > 0)
      throw Error(source.string() + " disagrees with the files before it about " + std::to_string(differing) +
                  " solves: were they made on machines of different kinds (see the table runs)?");
    const std::string runs = merged.text("SELECT coalesce(max(run), 0) FROM main.runs");
    merged.execute(
        "INSERT INTO main.runs SELECT run + " + runs +
        ", began, version, host, processor, instruction_set, ranks, threads, command FROM part.runs;"
        "INSERT OR IGNORE INTO main.timings SELECT id, run + " +
        runs +
        ", seconds FROM part.timings;"
        "INSERT OR IGNORE INTO main.solves SELECT * FROM part.solves ORDER BY id");
  });
  merged.execute("DETACH part");
}

}  // namespace

void merge_sweeps(const std::vector<fs::path>& sources, const fs::path& target) {
  std::error_code ignored;
  if (sources.empty()) throw UsageError("merge needs the files of the shards");
  if (fs::exists(target, ignored)) throw Error(target.string() + " exists; merge makes a new file");
  const auto first = open_sweep(sources[0]);
  const std::string definition = fact(*first, "definition"), version = fact(*first, "version");
  for (const fs::path& source : sources)
    check_mergeable(*open_sweep(source), definition, version, sources[0]);
  AtomicFile file(target);
  {
    Database merged(file.temporary_path(), Database::Mode::write);
    merged.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    merged.execute("PRAGMA application_id=" + std::to_string(application_id) +
                   "; PRAGMA user_version=" + std::to_string(sweep_schema));
    merged.execute(tables());
    merged.prepare("ATTACH ? AS part").bind(0, sources[0].string()).run();
    for (const char* table : {"sweep", "subjects", "cells", "methods"})
      merged.execute("INSERT INTO main." + std::string(table) + " SELECT * FROM part." + table);
    merged.execute("DETACH part; UPDATE sweep SET value='1/1' WHERE key='shard'");
    for (const fs::path& source : sources) take_from(merged, source);
  }
  file.commit();
}

}  // namespace isr
