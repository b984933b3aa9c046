/* curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one typed door per kind of argument. */
#ifndef PPTRANSFER_CCURL_SHIM_H
#define PPTRANSFER_CCURL_SHIM_H
#include <curl/curl.h>

typedef size_t (*ccurl_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek_function)(void *context, curl_off_t offset, int origin);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_data_function(CURL *handle, CURLoption option, ccurl_data_function value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_seek_function(CURL *handle, ccurl_seek_function value) { return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value); }

static inline CURLMcode ccurl_multi_set_long(CURLM *handle, CURLMoption option, long value) { return curl_multi_setopt(handle, option, value); }

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) { return curl_easy_getinfo(handle, info, value); }
static inline CURLcode ccurl_get_pointer(CURL *handle, CURLINFO info, void **value) { return curl_easy_getinfo(handle, info, value); }

/* http and https only. CURLOPT_PROTOCOLS_STR came with 7.85; older systems know the bit mask alone. */
static inline CURLcode ccurl_restrict_protocols(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* The library that is loaded; the constant is a macro of an enumerator, which Swift does not import. */
static inline const curl_version_info_data *ccurl_version(void) { return curl_version_info(CURLVERSION_NOW); }

/* The finished transfer that a message tells of; curl keeps the result in a C union. */
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }
#endif
