package main

import (
	"pitdesk/web"
	"pitdesk/web/console"
)

// console is the pages above casinos, beside s.
func (a *app) console(s *web.Server) *console.Server {
	return console.New(console.Options{Config: a.config(), Log: a.settings.log, Address: s.Address, Begin: begin, Files: a.files})
}
