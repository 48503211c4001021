package main

import "pitdesk/api"

type openapiCommand struct {
	Plain bool `help:"Say it as OpenAPI 3.0, for programs that don't read 3.1."`
}

// Run prints what the API can do, in YAML. It needs no database.
func (c openapiCommand) Run(o *output) error {
	a := api.New(api.Options{})
	text := a.Document()
	if c.Plain {
		text = a.PlainDocument()
	}
	_, err := o.out.Write(text)
	return err
}
