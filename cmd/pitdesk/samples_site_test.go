package main

func init() {
	samples["POST /start/skip"] = example{body: "step=licence"}
	samples["POST /start/resume"] = example{body: "step=licence"}
}
