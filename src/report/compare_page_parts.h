// The pages of `isr compare` and `isr playground` without their data: src/report/compare_page, embedded by
// the build. Both are of the same html, css and script; the live one has parts beside them.
#pragma once

namespace isr::page_parts {

// With places where the others go: <!--POLICY-->, <!--CSS-->, <!--LIVE-->, <!--DATA--> and <!--JS-->.
extern const char* const html;
extern const char* const css;
extern const char* const script;

extern const char* const live_html;    // at <!--LIVE-->
extern const char* const live_css;     // after css
extern const char* const live_script;  // in place of script
extern const char* const worker;       // after the engine's script, in the worker

}  // namespace isr::page_parts
