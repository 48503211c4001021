package s3test

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the bucket of every test is called, and who may use it.
const (
	Name      = "desk-files"
	Region    = "eu-north-1"
	AccessKey = "AKIATEST"
	SecretKey = "a secret that is only a test's"
)

// Bucket is one bucket on a server of its own.
type Bucket struct {
	Endpoint *url.URL
	Client   *http.Client // believes the server's certificate, where it has one

	mu       sync.Mutex
	objects  map[string]object
	uploads  map[string]map[int][]byte // begun and not complete, by upload, by part
	begun    int
	requests []string
	refusal  int
}

type object struct {
	content []byte
	etag    string
	at      time.Time
}

// New starts one, with or without TLS, which decides how bodies are signed. It ends with t.
func New(t testing.TB, secure bool) *Bucket {
	t.Helper()
	b := &Bucket{objects: map[string]object{}, uploads: map[string]map[int][]byte{}}
	server := httptest.NewUnstartedServer(b)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	b.Endpoint, _ = url.Parse(server.URL)
	b.Client = server.Client()
	return b
}

// Keys are what it holds, in order.
func (b *Bucket) Keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.objects))
}

// Unfinished counts uploads in parts that were neither completed nor given up: on a real server they cost money unseen.
func (b *Bucket) Unfinished() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.uploads)
}

// Asked returns the requests since it was last asked, as method and key.
func (b *Bucket) Asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	asked := b.requests
	b.requests = nil
	return asked
}

// Refuse answers everything with a status from now on; 0 ends that.
func (b *Bucket) Refuse(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refusal = status
}

// problem is an answer that something went wrong.
type problem struct {
	XMLName xml.Name `xml:"Error"`
	Status  int      `xml:"-"`
	Code    string
	Message string
}

func (p problem) Error() string { return p.Code + ": " + p.Message }

func fail(status int, code, format string, args ...any) error {
	return problem{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// ServeHTTP answers one request.
func (b *Bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := read(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	b.requests = append(b.requests, r.Method+" "+key)
	switch {
	case b.refusal != 0:
		err = fail(b.refusal, "ServiceUnavailable", "not now")
	case err == nil && bucket != Name:
		err = fail(404, "NoSuchBucket", "there is no bucket %s", bucket)
	case err == nil:
		err = b.answer(w, r, key, body)
	}
	if p, ok := err.(problem); ok {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(p.Status)
		_ = xml.NewEncoder(w).Encode(p)
	}
}

func (b *Bucket) answer(w http.ResponseWriter, r *http.Request, key string, body []byte) error {
	query := r.URL.Query()
	upload := query.Get("uploadId")
	switch {
	case r.Method == "PUT" && upload != "":
		number, err := strconv.Atoi(query.Get("partNumber"))
		if err != nil || b.uploads[upload] == nil {
			return fail(404, "NoSuchUpload", "no upload %s", upload)
		}
		b.uploads[upload][number] = body
		w.Header().Set("ETag", tag(body))
	case r.Method == "PUT":
		b.objects[key] = object{body, tag(body), time.Now()}
		w.Header().Set("ETag", tag(body))
	case r.Method == "POST" && query.Has("uploads"):
		b.begun++
		id := fmt.Sprint("upload-", b.begun)
		b.uploads[id] = map[int][]byte{}
		return xml.NewEncoder(w).Encode(struct {
			XMLName               xml.Name `xml:"InitiateMultipartUploadResult"`
			Bucket, Key, UploadId string
		}{Bucket: Name, Key: key, UploadId: id})
	case r.Method == "POST" && upload != "":
		return b.complete(w, key, upload, body)
	case r.Method == "DELETE" && upload != "":
		delete(b.uploads, upload)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == "DELETE":
		delete(b.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == "GET" || r.Method == "HEAD":
		found, ok := b.objects[key]
		if !ok {
			return fail(404, "NoSuchKey", "no %s", key)
		}
		w.Header().Set("ETag", found.etag)
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, "", found.at, strings.NewReader(string(found.content)))
	default:
		return fail(405, "MethodNotAllowed", "%s", r.Method)
	}
	return nil
}

// smallest is the least that a part but the last may hold.
const smallest = 5 << 20

func (b *Bucket) complete(w http.ResponseWriter, key, upload string, body []byte) error {
	var list struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	if err := xml.Unmarshal(body, &list); err != nil {
		return fail(400, "MalformedXML", "%v", err)
	}
	parts := b.uploads[upload]
	if parts == nil {
		return fail(404, "NoSuchUpload", "no upload %s", upload)
	}
	var whole []byte
	for i, p := range list.Part {
		content, ok := parts[p.PartNumber]
		if !ok || strings.Trim(p.ETag, `"`) != strings.Trim(tag(content), `"`) {
			return fail(400, "InvalidPart", "part %d", p.PartNumber)
		}
		if i < len(list.Part)-1 && len(content) < smallest {
			return fail(400, "EntityTooSmall", "part %d holds %d", p.PartNumber, len(content))
		}
		whole = append(whole, content...)
	}
	etag := fmt.Sprintf(`"%x-%d"`, md5.Sum(whole), len(list.Part))
	b.objects[key] = object{whole, etag, time.Now()}
	delete(b.uploads, upload)
	return xml.NewEncoder(w).Encode(struct {
		XMLName           xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket, Key, ETag string
	}{Bucket: Name, Key: key, ETag: etag})
}

func tag(content []byte) string {
	sum := md5.Sum(content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// read checks who sent a request and that its body is what was sent.
func read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fail(400, "IncompleteBody", "%v", err)
	}
	s, err := signed(r)
	if err != nil {
		return nil, err
	}
	if body, err = s.body(r, body); err != nil {
		return nil, err
	}
	sum := md5.Sum(body)
	if want := r.Header.Get("Content-Md5"); want != "" && want != base64.StdEncoding.EncodeToString(sum[:]) {
		return nil, fail(400, "BadDigest", "the body isn't what its checksum says")
	}
	return body, nil
}
