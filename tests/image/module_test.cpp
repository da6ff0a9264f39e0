#include "image/module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace isr {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Property;

TEST(Module, OneThatIsMissingIsNamedWithWhatToDo) {
  EXPECT_THAT([] { Module("libisr_nothing.so", "nothings"); },
              testing::Throws<Error>(Property(
                  &Error::what, AllOf(HasSubstr("isr's nothings are missing"), HasSubstr("libisr_nothing.so"),
                                      HasSubstr("install isr again")))));
}

TEST(Module, AFunctionThatItDoesNotHoldIsOneOfAnotherVersion) {
  const Module module("libisr_imgproc.so", "picture processing");
  EXPECT_NE(module.function("isr_imgproc_ssim"), nullptr);
  EXPECT_THAT([&] { module.function("isr_imgproc_nothing"); },
              testing::Throws<Error>(Property(&Error::what, HasSubstr("of this version of isr"))));
}

}  // namespace
}  // namespace isr
