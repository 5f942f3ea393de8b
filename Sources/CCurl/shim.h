// libcurl, and one typed function for each kind of argument of its variadic calls, which do not import into Swift.
// Results are libcurl's own codes; pointers are handed on as they come.
#ifndef ACTPD_CCURL_H
#define ACTPD_CCURL_H

// libcurl's compile-time checks are macros over the calls below and see only our parameters.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <sys/prctl.h>

// Options that take a long: numbers, switches (0 or 1), masks, milliseconds.
static inline CURLcode actpd_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// Options that take a curl_off_t: the `_LARGE` ones.
static inline CURLcode actpd_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// Options that take a text, which libcurl copies. Not for CURLOPT_POSTFIELDS, the one text it does not copy.
static inline CURLcode actpd_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

// Options that take a pointer which must stay valid for as long as the handle uses it.
static inline CURLcode actpd_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// The list stays the caller's and must outlive the transfer.
static inline CURLcode actpd_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION.
static inline CURLcode actpd_curl_set_write_callback(CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode actpd_curl_set_read_callback(CURL *easy, curl_read_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, callback);
}

static inline CURLcode actpd_curl_set_seek_callback(CURL *easy, curl_seek_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, callback);
}

// The value, or `missing` when libcurl does not know it.
static inline long actpd_curl_get_long(CURL *easy, CURLINFO info, long missing) {
    long value = missing;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : missing;
}

// The `_T` values: microseconds and sizes. The value, or `missing` when libcurl does not know it.
static inline curl_off_t actpd_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t missing) {
    curl_off_t value = missing;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : missing;
}

static inline CURLMcode actpd_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// Takes the next finished transfer off the multi handle's list and stores how it ended. NULL when there is none.
// The message holds a union, which Swift sees differently in different modules.
static inline CURL *actpd_curl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

// Names the calling thread for ps and gdb; 15 characters count. Here, because prctl is variadic as well.
static inline void actpd_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
