package s3test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// signature is what a request's signature was made from: docs.aws.amazon.com, "Signature Calculations for the Authorization
// Header", in one chunk or many.
type signature struct {
	key       []byte
	date      string // as in X-Amz-Date
	scope     string
	headers   []string
	signature string
}

var authorization = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// signed refuses a request whose signature isn't ours or not over what it says.
func signed(r *http.Request) (*signature, error) {
	parts := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if parts == nil {
		return nil, fail(403, "AccessDenied", "no signature")
	}
	if parts[1] != AccessKey || parts[3] != Region {
		return nil, fail(403, "InvalidAccessKeyId", "key %s for %s", parts[1], parts[3])
	}
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", date)
	if err != nil || !strings.HasPrefix(date, parts[2]) || time.Since(at).Abs() > 15*time.Minute {
		return nil, fail(403, "RequestTimeTooSkewed", "signed at %q", date)
	}
	headers := strings.Split(parts[4], ";")
	for _, needed := range []string{"host", "x-amz-date", "x-amz-content-sha256"} {
		if !slices.Contains(headers, needed) {
			return nil, fail(403, "AccessDenied", "%s isn't signed", needed)
		}
	}
	canonical := r.Method + "\n" + escapePath(r.URL.Path) + "\n" + strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20") + "\n"
	for _, name := range headers {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		canonical += name + ":" + strings.TrimSpace(value) + "\n"
	}
	canonical += "\n" + parts[4] + "\n" + r.Header.Get("X-Amz-Content-Sha256")
	s := &signature{date: date, scope: parts[2] + "/" + Region + "/s3/aws4_request", headers: headers, signature: parts[5]}
	s.key = mac([]byte("AWS4"+SecretKey), parts[2])
	for _, word := range []string{Region, "s3", "aws4_request"} {
		s.key = mac(s.key, word)
	}
	if got := hex.EncodeToString(mac(s.key, "AWS4-HMAC-SHA256\n"+date+"\n"+s.scope+"\n"+digest([]byte(canonical)))); got != s.signature {
		return nil, fail(403, "SignatureDoesNotMatch", "over %q", canonical)
	}
	return s, nil
}

// body returns what a body holds, when it is what was signed.
func (s *signature) body(r *http.Request, body []byte) ([]byte, error) {
	switch promised := r.Header.Get("X-Amz-Content-Sha256"); promised {
	case "UNSIGNED-PAYLOAD":
		if r.TLS == nil && len(body) > 0 && !slices.Contains(s.headers, "content-md5") {
			return nil, fail(403, "AccessDenied", "nothing vouches for the body")
		}
		return body, nil
	case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
		return s.chunks(body)
	default:
		if digest(body) != promised {
			return nil, fail(400, "XAmzContentSHA256Mismatch", "the body isn't what was signed")
		}
		return body, nil
	}
}

// chunks puts a body together whose parts are signed each over the one before.
func (s *signature) chunks(body []byte) (whole []byte, err error) {
	before := s.signature
	for {
		head, rest, ok := bytes.Cut(body, []byte("\r\n"))
		length, claimed, signed := strings.Cut(string(head), ";chunk-signature=")
		n, err := strconv.ParseInt(length, 16, 64)
		if !ok || !signed || err != nil || int64(len(rest)) < n+2 {
			return nil, fail(400, "IncompleteBody", "a chunk is cut off")
		}
		chunk := rest[:n]
		want := hex.EncodeToString(mac(s.key, "AWS4-HMAC-SHA256-PAYLOAD\n"+s.date+"\n"+s.scope+"\n"+before+"\n"+digest(nil)+"\n"+digest(chunk)))
		if claimed != want {
			return nil, fail(403, "SignatureDoesNotMatch", "a chunk isn't what was signed")
		}
		whole, before, body = append(whole, chunk...), want, rest[n+2:]
		if n == 0 {
			return whole, nil
		}
	}
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// escapePath writes a path as signatures have it: all but unreserved characters and slashes in hex (RFC 3986, section 2.3).
func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.QueryEscape(p), "+", "%20")
	}
	return strings.Join(parts, "/")
}
