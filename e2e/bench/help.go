package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed help.sql
var helpSQL string

// helpCasinos is how many casinos have a help centre; the first has 2,040 articles, the others 40 each.
const helpCasinos = 200

// helping asks for the pages of the help centres as players do, over all casinos and at the one with the most articles.
func helping(ctx context.Context, o options, d *desk) ([]listFigure, error) {
	conn, err := d.super.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	var there bool
	if err := conn.QueryRow(ctx, `select to_regclass('bench.help') is not null`).Scan(&there); err != nil {
		return nil, err
	}
	if !there {
		began := time.Now()
		if _, err := conn.Exec(ctx, helpSQL, pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, fmt.Errorf("seed of the help centres: %w", err)
		}
		fmt.Fprintf(os.Stderr, "bench: help centres seeded in %s\n", time.Since(began).Round(time.Second))
	}
	var all []listFigure
	for _, readers := range o.writers {
		r, err := child(ctx, job{Kind: "read", Address: d.server.address, Workers: readers, Seconds: o.seconds / 2, Paths: helpPages()})
		if err != nil {
			return nil, err
		}
		for _, p := range helpPages() {
			all = append(all, listFigure{p.Name, "player", readers, r.Series[p.Name]})
		}
		fmt.Fprintf(os.Stderr, "bench: help centres, %d readers done\n", readers)
	}
	return all, nil
}

func helpHost(n int) string { return fmt.Sprintf("bench-%03d.localhost", n) }

// helpPages are what players look at. Each is asked for at random among many.
func helpPages() []path {
	const headers = "Accept: text/html\r\nAccept-Encoding: gzip\r\n"
	among := func(name string, each func(n int) (casino int, at string)) path {
		p := path{Name: name}
		many := 600
		if strings.HasSuffix(name, "all") {
			many = helpCasinos * 38
		}
		for n := range many {
			casino, at := each(n)
			from := fmt.Sprintf("198.51.%d.%d", n/250%250, 1+n%250)
			p.Among = append(p.Among, path{Host: helpHost(casino), Path: at, From: from, Headers: headers + "X-Forwarded-For: " + from + "\r\n"})
		}
		return p
	}
	any := func(n int) int { return 1 + n%helpCasinos }
	words := []string{"withdraw", "deposit+bonus", "how+do+i+verify+my+account", "passw", "refund", "limit"}
	wrong := []string{"widthdraw", "depsoit", "verfiy", "pasword", "acount+lock", "transfre"}
	article := func(n int) int { return 1 + n*7%38 }
	return []path{
		among("help: first page", func(n int) (int, string) { return any(n), "/help/en" }),
		among("help: category", func(n int) (int, string) { return any(n), fmt.Sprint("/help/en/c/shelf-", n%8) }),
		among("help: article", func(n int) (int, string) { return any(n), fmt.Sprint("/help/en/article-", article(n)) }),
		among("help: any article of all", func(n int) (int, string) { return any(n), fmt.Sprint("/help/en/article-", 1+n/helpCasinos) }),
		among("help: search", func(n int) (int, string) { return any(n), "/help/en/search?q=" + words[n%len(words)] }),
		among("help: search, misspelt", func(n int) (int, string) { return any(n), "/help/en/search?q=" + wrong[n%len(wrong)] }),
		among("help: search in another language", func(n int) (int, string) { return any(n), "/help/lt/search?q=" + words[n%len(words)] }),
		among("help: category of 255", func(n int) (int, string) { return 1, fmt.Sprint("/help/en/c/shelf-", n%8) }),
		among("help: article of 2,040", func(n int) (int, string) { return 1, fmt.Sprint("/help/en/article-", 1+n%38+40*(n%50)) }),
		among("help: search of 2,040", func(n int) (int, string) { return 1, "/help/en/search?q=" + words[n%len(words)] }),
	}
}
