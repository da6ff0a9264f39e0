#include "sweep/team.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "image/module.h"

namespace isr {
namespace {

// More than one process: as Open MPI's mpirun, or a manager of resources by PMIx or PMI, says.
bool started_together() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* size = std::getenv(name)) return std::atoi(size) > 1;
  return std::getenv("PMIX_RANK") != nullptr;
}

}  // namespace

std::unique_ptr<Team> find_team() {
  if (!started_together()) return nullptr;
  const std::filesystem::path path = module_file("libisr_mpi.so");
  if (path.empty())
    throw Error(
        "isr was started by mpirun, but built without MPI; build it where Open MPI is found (Debian: "
        "libopenmpi-dev), or start it alone, with --shard for several jobs");
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);  // global: for the plugins of Open MPI
  if (module == nullptr) throw Error("cannot load MPI: " + std::string(dlerror()));
  const auto make = reinterpret_cast<team_module::Make>(dlsym(module, team_module::make_symbol));
  if (make == nullptr) throw Error(path.string() + " is not of this version of isr; install isr again");
  return std::unique_ptr<Team>(make());
}

}  // namespace isr
