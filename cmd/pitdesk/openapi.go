package main

import "pitdesk/api"

type openapiCommand struct{}

// Run prints what the API can do, in YAML. It needs no database.
func (openapiCommand) Run(o *output) error {
	_, err := o.out.Write(api.New(api.Options{}).Document())
	return err
}
