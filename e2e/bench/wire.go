package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
)

// wire is one kept connection over which requests are written as they stand. It does no more than a load generator needs, so
// that what is measured is the desk.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	last []byte // the last answer's body; good until the next request
}

func dial(address string) (*wire, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &wire{conn: c, in: bufio.NewReaderSize(c, 32<<10)}, nil
}

func (w *wire) close() { _ = w.conn.Close() }

// request builds a request's octets. headers end in \r\n each.
func request(method, host, path, headers string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n%s", method, path, host, headers)
	if method != "GET" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// do sends a request and reads its answer whole.
func (w *wire) do(request []byte) (status int, err error) {
	if _, err := w.conn.Write(request); err != nil {
		return 0, err
	}
	status, length, chunked, err := w.head()
	if err != nil {
		return 0, err
	}
	w.last = w.last[:0]
	switch {
	case chunked:
		b := bytes.NewBuffer(w.last)
		if _, err := b.ReadFrom(httputil.NewChunkedReader(w.in)); err != nil {
			return 0, err
		}
		w.last = b.Bytes()
		_, err = w.in.ReadSlice('\n') // the empty line after the last chunk
	case length > 0:
		if cap(w.last) < length {
			w.last = make([]byte, 0, length*2)
		}
		w.last = w.last[:length]
		_, err = io.ReadFull(w.in, w.last)
	}
	return status, err
}

// head reads an answer's status line and headers.
func (w *wire) head() (status, length int, chunked bool, err error) {
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < 12 {
		return 0, 0, false, errors.New("no HTTP answer")
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, false, err
	}
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, false, err
		}
		switch {
		case len(line) <= 2:
			return status, length, chunked, nil
		case bytes.HasPrefix(line, []byte("Content-Length:")):
			length, _ = strconv.Atoi(strings.TrimSpace(string(line[15:])))
		case bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked")):
			chunked = true
		}
	}
}

// listen opens a stream and calls heard with each line of it until the connection is closed.
func (w *wire) listen(request []byte, opened func(), heard func(line []byte)) error {
	if _, err := w.conn.Write(request); err != nil {
		return err
	}
	status, _, chunked, err := w.head()
	if err != nil {
		return err
	}
	if status != 200 {
		return fmt.Errorf("stream: status %d", status)
	}
	opened()
	var in io.Reader = w.in
	if chunked {
		in = httputil.NewChunkedReader(w.in)
	}
	lines := bufio.NewReaderSize(in, 32<<10)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return err
		}
		heard(bytes.TrimRight(line, "\r\n"))
	}
}
