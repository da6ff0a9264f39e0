#include "cli/commands.h"
#include "cli/recovery.h"

namespace isr {

int recover(const Arguments& arguments) {
  CommandLine command_line(
      "recover SOURCE ... [OPTION ...]",
      "Measures images (simulated) by a random operator and recovers them at several depths.");
  RecoveryOptions options;
  options.output.out = "isr-recover";
  options.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  if (options.source.sources.empty())
    throw UsageError("isr recover needs a SOURCE, such as mnist:train:0-9 or photo.jpg");
  run_recovery(options, command_line.common(), command_text("recover", arguments));
  return 0;
}

}  // namespace isr
