package upstream

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads seconds or a date (RFC 9110, 10.2.3).
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return asWait(seconds), true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(date.Sub(now), 0), true
	}
	return 0, false
}

// spentQuota says whether a quota is used up, and for how long at most: until the reset
// that the registry names, else for the window that it counts in. Docker Hub writes
// "ratelimit-remaining: 0;w=21600"; GitLab names the time of its reset; the API of Docker
// Hub puts an X- before.
func spentQuota(header http.Header, now time.Time) (time.Duration, bool) {
	for _, prefix := range []string{"", "X-"} {
		remaining, parameters, _ := strings.Cut(header.Get(prefix+"RateLimit-Remaining"), ";")
		if left, err := strconv.Atoi(strings.TrimSpace(remaining)); err == nil && left <= 0 {
			return cmp.Or(untilReset(header.Get(prefix+"RateLimit-Reset"), now), window(parameters), coolDown), true
		}
	}
	return 0, false
}

// untilReset reads seconds, or the Unix time that some write instead; 0 where neither is
// there.
func untilReset(text string, now time.Time) time.Duration {
	seconds, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	const isTime = 1_000_000_000 // no window takes thirty years
	if seconds > isTime {
		seconds -= int(now.Unix())
	}
	return asWait(seconds)
}

func window(parameters string) time.Duration {
	for parameter := range strings.SplitSeq(parameters, ";") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(parameter), "w="); ok {
			seconds, _ := strconv.Atoi(text) // else 0: it names none
			return asWait(seconds)
		}
	}
	return 0
}

// asWait is at most a day, whatever a server says.
func asWait(seconds int) time.Duration {
	return time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
}
