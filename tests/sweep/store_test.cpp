#include "sweep/store.h"

#include <gmock/gmock.h>

#include "base/test_files.h"
#include "sweep/small_sweep.h"

namespace isr {
namespace {

using testing::HasSubstr;

SolveResult result(std::int64_t id) {
  SolveResult r;
  r.id = id;
  r.n = 12, r.p = 48, r.k = 2;
  r.ensemble = "rademacher", r.basis = "pixel", r.status = "limit reached", r.stop_reason = "limit";
  r.relative_error = 1e-7 * static_cast<double>(id + 1);
  r.flow_time = std::numeric_limits<double>::infinity();
  r.seconds = 0.5;
  return r;
}

class Store : public testing::Test {
 protected:
  // The file with these solves.
  std::filesystem::path stored(const std::string& name, const std::vector<std::int64_t>& ids,
                               Shard shard = {}) {
    const auto path = folder_ / name;
    SweepStore store(path, grid_, shard);
    store.begin_run(this_machine());
    std::vector<SolveResult> results;
    for (const std::int64_t id : ids) results.push_back(result(id));
    store.add(results);
    return path;
  }

  std::string refusal(const std::filesystem::path& path, const SweepGrid& grid, Shard shard = {}) {
    return error_of([&] { SweepStore(path, grid, shard); });
  }

  TemporaryFolder folder_;
  SweepGrid grid_{small_sweep()};
};

TEST_F(Store, KeepsWhatIsAddedForTheNextRun) {
  const auto path = stored("a.db", {3, 7});
  SweepStore again(path, grid_, {});
  const std::vector<bool> done = again.done();
  EXPECT_EQ(std::count(done.begin(), done.end(), true), 2);
  EXPECT_TRUE(done[3] && done[7]);
}

TEST_F(Store, HasEachSolveOnceWithItsAxes) {
  const auto path = stored("a.db", {4, 4, 5});
  const auto database = open_sweep(path);
  EXPECT_EQ(database->integer("SELECT count(*) FROM results"), 2);
  EXPECT_EQ(
      database->text("SELECT method || ' ' || depth || ' ' || measurements || ' ' || noise || ' ' || seed "
                     "FROM results WHERE id = 4"),
      "flow 3 25% 0 1");
  EXPECT_EQ(database->text("SELECT source FROM results WHERE id = 4"), "sparse:k=5,p=48,amplitudes=gaussian");
  EXPECT_EQ(database->integer("SELECT depth IS NULL FROM results WHERE id = 5"), 1) << "NNLS has no depth";
}

TEST_F(Store, CanBeReadWhileItIsWritten) {
  const auto path = folder_ / "a.db";
  SweepStore store(path, grid_, {});
  store.add(std::vector{result(1)});
  const auto reader = open_sweep(path);
  EXPECT_EQ(reader->integer("SELECT count(*) FROM solves"), 1);
  store.add(std::vector{result(2)});
  EXPECT_EQ(reader->integer("SELECT count(*) FROM solves"), 2);
}

TEST_F(Store, BecomesOneFileWhenComplete) {
  const auto path = folder_ / "a.db";
  {
    SweepStore store(path, grid_, {});
    store.add(std::vector{result(1)});
    store.close_complete();
  }
  for (const char* part : {"-wal", "-shm", "-journal", ".lock"})
    EXPECT_FALSE(std::filesystem::exists(path.string() + part)) << part;
}

TEST_F(Store, RefusesAnotherSweepAndSaysHowItDiffers) {
  const auto path = stored("a.db", {1});
  const std::string before = exported(path);
  SweepDefinition other = small_sweep();
  other.values["depth"] = {"2", "5"};
  EXPECT_THAT(refusal(path, SweepGrid(other)),
              HasSubstr("holds another sweep: depth is [\"2\",\"3\"] there"));
  EXPECT_THAT(refusal(path, grid_, {1, 2}), HasSubstr("holds shard 1/1 of this sweep, not 1/2"));
  EXPECT_EQ(exported(path), before);
}

TEST_F(Store, RefusesAnotherVersion) {
  const auto path = stored("a.db", {1});
  {
    Database database(path, Database::Mode::write);
    database.execute("UPDATE sweep SET value = '0.0.1' WHERE key = 'version'");
  }
  EXPECT_THAT(refusal(path, grid_), HasSubstr("was begun by isr 0.0.1"));
  {
    Database database(path, Database::Mode::write);
    database.execute("PRAGMA user_version = 77");
  }
  EXPECT_THAT(refusal(path, grid_), HasSubstr("layout 77"));
}

TEST_F(Store, RefusesOtherDatabasesAndOtherFilesUnharmed) {
  const auto foreign = folder_ / "foreign.db", text = folder_ / "text.db";
  {
    Database database(foreign, Database::Mode::create);
    database.execute("CREATE TABLE mine(x); INSERT INTO mine VALUES(1)");
  }
  put_file(text, std::string(5000, 'x'));
  const std::string foreign_before = contents_of(foreign), text_before = contents_of(text);
  EXPECT_THAT(refusal(foreign, grid_), HasSubstr("is no sweep of isr"));
  EXPECT_THAT(refusal(text, grid_), HasSubstr("damaged, or no SQLite database"));
  EXPECT_EQ(contents_of(foreign), foreign_before);
  EXPECT_EQ(contents_of(text), text_before);
}

TEST_F(Store, RefusesADamagedFileUnharmed) {
  std::vector<std::int64_t> ids(100);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::int64_t>(i);
  const auto path = stored("a.db", ids);
  std::string contents = contents_of(path);
  for (std::size_t i = 4096; i < contents.size(); ++i) contents[i] = static_cast<char>(i * 37);
  put_file(path, contents);
  EXPECT_THAT(refusal(path, grid_), HasSubstr("damaged"));
  EXPECT_EQ(contents_of(path), contents);
}

TEST_F(Store, LetsOneProcessWriteAtATime) {
  const auto path = folder_ / "a.db";
  SweepStore store(path, grid_, {});
  EXPECT_THAT(refusal(path, grid_), HasSubstr("is being written by another isr sweep"));
}

TEST_F(Store, NeedsAFolder) {
  EXPECT_THAT(refusal(folder_ / "none" / "a.db", grid_), HasSubstr("cannot write beside"));
  EXPECT_THAT(refusal(folder_.path(), grid_), HasSubstr("is a folder"));
}

TEST_F(Store, KeepsWhatItHadWhenTheDiskIsFull) {
  const auto path = stored("a.db", {1, 2});
  {
    Database database(path, Database::Mode::write);
    database.execute("PRAGMA max_page_count = " + std::to_string(database.integer("PRAGMA page_count")));
    const std::string error = error_of([&] {
      database.transaction([&] {
        for (int i = 0; i < 1000; ++i)
          database.execute("INSERT INTO timings VALUES(" + std::to_string(1000 + i) + ", 1, 0.5)");
      });
    });
    EXPECT_THAT(error, HasSubstr("the disk is full; what was stored before is kept"));
  }
  EXPECT_EQ(open_sweep(path)->integer("SELECT count(*) FROM timings"), 2);
}

TEST_F(Store, MergesShards) {
  const auto one = stored("1.db", {1, 5}, {1, 2}), two = stored("2.db", {2, 1}, {2, 2});
  merge_sweeps({one, two}, folder_ / "all.db");
  EXPECT_EQ(exported(folder_ / "all.db"), exported(stored("whole.db", {1, 2, 5})));
  EXPECT_EQ(open_sweep(folder_ / "all.db")->integer("SELECT count(*) FROM runs"), 2);
  SweepStore goes_on(folder_ / "all.db", grid_, {});
  EXPECT_THAT(error_of([&] { merge_sweeps({one, two}, folder_ / "all.db"); }), HasSubstr("exists"));
}

TEST_F(Store, DoesNotMergeWhatDisagrees) {
  const auto one = stored("1.db", {1}, {1, 2}), two = stored("2.db", {1}, {2, 2});
  {
    Database database(two, Database::Mode::write);
    database.execute("UPDATE solves SET relative_error = 0.5");
  }
  EXPECT_THAT(error_of([&] { merge_sweeps({one, two}, folder_ / "all.db"); }), HasSubstr("disagrees"));
  SweepDefinition other = small_sweep();
  other.values["depth"] = {"2"};
  const auto another = folder_ / "3.db";
  SweepStore(another, SweepGrid(other), {});
  EXPECT_THAT(error_of([&] {
                merge_sweeps({one, another}, folder_ / "all.db");
              }),
              HasSubstr("holds another sweep than"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "all.db"));
}

}  // namespace
}  // namespace isr
