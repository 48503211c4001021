package main

func init() {
	for way, s := range map[string]example{
		"POST /v1/tenants":                  {body: `{"slug": "demo-casino", "name": "Demo Casino", "admin": {"email": "ieva@casino.example", "name": "Ieva"}}`},
		"PATCH /v1/tenants/{tenant}":        {body: `{"name": "Demo Casino"}`},
		"POST /v1/tenants/{tenant}/suspend": {body: `{"why": "The contract is being renewed."}`},
		"POST /v1/tenants/{tenant}/close":   {body: `{"why": "The operator has stopped."}`},
	} {
		samples[way] = s
	}
}
