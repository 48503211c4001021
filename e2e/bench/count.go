package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"pitdesk/internal/pg"
)

// costFigure is what one request of a kind asks of the database, as seen on the wire between the two.
type costFigure struct {
	Request      string  `json:"request"`
	RoundTrips   float64 `json:"round_trips"`  // times the desk waited for the database
	Statements   float64 `json:"statements"`   // begin, commit and set_config included
	Transactions float64 `json:"transactions"` // that wrote, and so wait for the disk unless they only look
	Millis       float64 `json:"p50_ms"`
}

// tally counts what passes between the desk and its database (PostgreSQL's protocol 3.0, "Message Formats"). Words between
// processes, which only go because two desks run here, are counted apart: a begin, a setting, a NOTIFY and a commit each.
type tally struct{ rounds, statements, notices atomic.Int64 }

// ofNotice is how many statements a notice takes.
const ofNotice = 4

// between listens on a socket of its own and passes everything on to the database's.
func between(folder, to string, t *tally) (close func(), err error) {
	listener, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", filepath.Join(to, ".s.PGSQL.5432"))
			if err != nil {
				client.Close()
				continue
			}
			var ended sync.Once
			end := func() { ended.Do(func() { client.Close(); server.Close() }) }
			go func() { defer end(); t.ask(server, client) }()
			go func() { defer end(); t.pass(client, server) }()
		}
	}()
	return func() { listener.Close() }, nil
}

// ask copies the desk's questions and looks for notices among them.
func (t *tally) ask(server io.Writer, client io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if bytes.Contains(buffer[:n], []byte("pg_notify(")) {
			t.notices.Add(1)
		}
		if _, failed := server.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

// pass copies the database's answers and counts the statements that were carried out (CommandComplete) and how often the
// database said that it waits (ReadyForQuery).
func (t *tally) pass(client io.Writer, server io.Reader) {
	var head [5]byte
	for {
		if _, err := io.ReadFull(server, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(server, body); err != nil {
			return
		}
		switch head[0] {
		case 'C':
			t.statements.Add(1)
		case 'Z':
			t.rounds.Add(1)
		}
		if _, err := client.Write(append(head[:], body...)); err != nil {
			return
		}
	}
}

// counting starts a second desk on the same database, with a tally between the two, and asks it for one thing after another.
func counting(ctx context.Context, o options, d *desk, s *scene) ([]costFigure, error) {
	folder, err := os.MkdirTemp("", "pitdesk-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	var t tally
	closed, err := between(folder, d.socket(), &t)
	if err != nil {
		return nil, err
	}
	defer closed()
	at := "@/pitdesk?host=" + folder + "&sslmode=disable"
	server, err := d.serve(ctx, "counted.log", "PITDESK_DATA="+folder, "PITDESK_DATABASE_URL=postgres://"+pg.RoleApp+at,
		"PITDESK_CONTROL_DATABASE_URL=postgres://"+pg.RoleControl+at)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	w, err := dial(server.address)
	if err != nil {
		return nil, err
	}
	defer w.close()

	run := newRun()
	var n int64
	staff := "Cookie: __Host-session=" + s.leads[0] + "\r\n"
	key := "Authorization: Bearer " + s.key + "\r\nAccept: application/json\r\n"
	kinds := []struct {
		name string
		ask  func() []byte
	}{
		{"player's message", func() []byte {
			n++
			return newMessage(s.host, s.players[int(n)%len(s.players)]).again(run, n)
		}},
		{"agent's reply", func() []byte {
			n++
			return request("POST", s.host, "/inbox/"+s.players[int(n)%len(s.players)].Conversation+"/reply",
				staff+"Content-Type: application/x-www-form-urlencoded\r\n", []byte("text=On+its+way&client_id="+run+"-"+time.Now().Format("150405.000000000")))
		}},
		{"inbox list", func() []byte { return request("GET", s.host, "/inbox/list", staff, nil) }},
		{"open conversation", func() []byte {
			n++
			return request("GET", s.host, "/inbox/"+s.players[int(n)%len(s.players)].Conversation, staff+"HX-Request: true\r\n", nil)
		}},
		{"API: list", func() []byte { return request("GET", s.host, "/v1/conversations", key, nil) }},
	}
	var all []costFigure
	const times = 200
	for _, k := range kinds {
		for range 20 { // connections, prepared statements, cached rights
			if _, err := w.do(k.ask()); err != nil {
				return nil, err
			}
		}
		rounds, statements, notices := t.rounds.Load(), t.statements.Load(), t.notices.Load()
		transactions, err := d.written(ctx)
		if err != nil {
			return nil, err
		}
		one := waits{}
		for range times {
			began := time.Now()
			status, err := w.do(k.ask())
			if err != nil {
				return nil, err
			}
			if status >= 300 {
				one.fail("status %d", status)
				break
			}
			one.took = append(one.took, time.Since(began))
		}
		if one.failed > 0 {
			continue
		}
		f := costFigure{Request: k.name, Millis: together([]waits{one}, 1).P50}
		after, err := d.written(ctx)
		if err != nil {
			return nil, err
		}
		told := t.notices.Load() - notices
		f.RoundTrips = float64(t.rounds.Load()-rounds-told) / times
		f.Statements = float64(t.statements.Load()-statements-told*ofNotice) / times
		f.Transactions = float64(after-transactions-told) / times
		all = append(all, f)
	}
	return all, nil
}

// written is how many transactions of the whole cluster have had something to keep so far: nothing else runs meanwhile.
func (d *desk) written(ctx context.Context) (transactions int64, err error) {
	err = d.super.QueryRow(ctx, `select pg_snapshot_xmax(pg_current_snapshot())::text::bigint`).Scan(&transactions)
	return transactions, err
}
