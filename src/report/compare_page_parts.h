// The page of `isr compare` without its data: src/report/compare_page, embedded by the build.
#pragma once

namespace isr::page_parts {

extern const char* const html;    // with <!--CSS-->, <!--JS--> and <!--DATA--> where the others go
extern const char* const css;     //
extern const char* const script;  //

}  // namespace isr::page_parts
