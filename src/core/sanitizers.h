/* Is this a build with a sanitizer? gcc and clang say so in different ways. Private to the library. */
#ifndef ALF_CORE_SANITIZERS_H
#define ALF_CORE_SANITIZERS_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ALF_TSAN
#endif
#if __has_feature(address_sanitizer)
#define ALF_ASAN
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define ALF_TSAN
#endif
#ifdef __SANITIZE_ADDRESS__
#define ALF_ASAN
#endif

#endif
