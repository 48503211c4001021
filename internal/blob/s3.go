package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"pitdesk/internal/fault"
)

// Bucket says where an S3 store is and who we are there.
type Bucket struct {
	Endpoint             *url.URL // scheme and host, such as https://s3.eu-central-1.amazonaws.com; no path
	Region               string   // empty where the server knows of none
	Name                 string
	Prefix               string // stands before every key, a slash between
	AccessKey, SecretKey string
	Transport            http.RoundTripper // nil: the library's own
}

// S3 is a Store in a bucket of Amazon's S3 or of a server that speaks its protocol.
type S3 struct {
	core   minio.Core
	bucket string
	prefix string
}

// attempts is how often a request is sent before it counts as failed. Somebody is waiting for the answer.
const attempts = 3

// retryAfter is when to try again what the bucket's server didn't do.
const retryAfter = 5 * time.Second

// part is the most that is held in memory of one upload, in bytes. What is longer is sent in parts of this size, of which S3
// takes 10,000.
const part = 16 << 20

// NewS3 is a store in a bucket, which must be there. Nothing is sent yet.
func NewS3(b Bucket) (*S3, error) {
	core, err := minio.NewCore(b.Endpoint.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(b.AccessKey, b.SecretKey, ""),
		Secure: b.Endpoint.Scheme == "https", Region: b.Region, Transport: b.Transport, MaxRetries: attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	s := &S3{core: *core, bucket: b.Name, prefix: strings.Trim(b.Prefix, "/")}
	if s.prefix != "" {
		s.prefix += "/"
	}
	return s, nil
}

// Put sends a file whole, or in parts that become a file only when all have arrived. Either way the bucket's server compares
// what came with its checksum before it keeps it.
func (s *S3) Put(ctx context.Context, key string, content io.Reader) error {
	if err := check(key); err != nil {
		return err
	}
	content, size, err := measure(content)
	if err == nil {
		_, err = s.core.Client.PutObject(ctx, s.bucket, s.prefix+key, content, size, minio.PutObjectOptions{
			ContentType: "application/octet-stream", SendContentMd5: true, PartSize: part})
	}
	if err != nil {
		return trouble("put "+key, err)
	}
	return nil
}

// measure returns what content holds and how much, -1 where that shows only at its end and it is more than one part.
func measure(content io.Reader) (io.Reader, int64, error) {
	if seeker, ok := content.(io.Seeker); ok {
		at, err := seeker.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, 0, err
		}
		end, err := seeker.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, 0, err
		}
		_, err = seeker.Seek(at, io.SeekStart)
		return content, end - at, err
	}
	var head bytes.Buffer
	n, err := io.Copy(&head, io.LimitReader(content, part))
	if err != nil {
		return nil, 0, err
	}
	if n < part {
		return bytes.NewReader(head.Bytes()), n, nil
	}
	return io.MultiReader(&head, content), -1, nil
}

// Open opens a file for reading. Its bytes arrive as they are read; ctx ends them.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	r := &reading{ctx: ctx, store: s, key: key}
	if err := r.open(); err != nil {
		if missing(err) {
			return nil, fault.New(fault.NotFound, "There is nothing here.").Because(err)
		}
		return nil, trouble("open "+key, err)
	}
	return r, nil
}

// trouble says where err came from, and that it may pass where the bucket's server or the way to it is at fault.
func trouble(doing string, err error) error {
	err = fmt.Errorf("%s: %w", doing, err)
	var refused minio.ErrorResponse
	var lost *url.Error
	if errors.As(err, &refused) || errors.As(err, &lost) {
		return fault.New(fault.Unavailable, "We cannot reach our records for a moment. Please try again.").After(retryAfter).Because(err)
	}
	return err
}

// missing tells a key that isn't there from a bucket that isn't.
func missing(err error) bool { return minio.ToErrorResponse(err).Code == minio.NoSuchKey }

// Delete removes a file. A bucket that keeps versions keeps the old ones as long as its lifecycle rules say.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := s.core.RemoveObject(ctx, s.bucket, s.prefix+key, minio.RemoveObjectOptions{}); err != nil && !missing(err) {
		return trouble("delete "+key, err)
	}
	return nil
}

// reading is a file that is being read. A seek costs a request only when something is read at the new place.
type reading struct {
	ctx   context.Context
	store *S3
	key   string
	etag  string
	size  int64
	at    int64         // where the next byte is read
	body  io.ReadCloser // what arrives from place from on; nil: nothing does
	from  int64
}

// open asks for the file from r.at on. What has changed since the first time is an error, so that nobody gets half of each.
func (r *reading) open() error {
	options := minio.GetObjectOptions{}
	if r.etag != "" {
		if err := options.SetMatchETag(r.etag); err != nil {
			return err
		}
	}
	if r.at > 0 {
		if err := options.SetRange(r.at, 0); err != nil {
			return err
		}
	}
	body, info, header, err := r.store.core.GetObject(r.ctx, r.store.bucket, r.store.prefix+r.key, options)
	if err != nil {
		return err
	}
	if r.etag == "" {
		r.etag, r.size = info.ETag, info.Size
	} else if header.Get("Content-Range") == "" && r.at > 0 {
		_ = body.Close()
		return fmt.Errorf("the store answers with the whole of %s where a part was asked for", r.key)
	}
	r.body, r.from = body, r.at
	return nil
}

// Read reads on from where Seek left off.
func (r *reading) Read(b []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.body != nil && r.from != r.at {
		_ = r.Close()
	}
	if r.body == nil {
		if err := r.open(); err != nil {
			return 0, fmt.Errorf("read %s: %w", r.key, err)
		}
	}
	n, err := r.body.Read(b)
	r.at += int64(n)
	r.from = r.at
	if err == io.EOF && r.at < r.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek sets where Read goes on.
func (r *reading) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek %s: before its beginning", r.key)
	}
	r.at = offset
	return offset, nil
}

// Close ends what still arrives.
func (r *reading) Close() error {
	if r.body == nil {
		return nil
	}
	err := r.body.Close()
	r.body = nil
	return err
}
