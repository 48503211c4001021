// Package client speaks the API with Go's types. Everything but this file and client.go is generated from the document that
// the API serves (OpenAPI 3.1, said as 3.0), so it has an operation for each of the API's and nothing of its own.
//
//	c, err := client.Dial("https://api.desk.example/v1", key)
//	answer, err := c.ListConversationsWithResponse(ctx, nil)
//
// The package must never import another of this program's: a customer copies it into theirs.
package client
