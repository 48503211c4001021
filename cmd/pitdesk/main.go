// Command pitdesk is a support desk for many casinos in one binary: it serves the pages and the API, does the jobs,
// migrates the database and checks it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// version is stamped by the release build.
var version = "dev"

type commands struct {
	Settings

	Serve    serveCommand    `cmd:"" help:"Serve pages and API, and do the jobs."`
	Work     workCommand     `cmd:"" help:"Do the jobs, serve nothing."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to the newest state."`
	Demo     demoCommand     `cmd:"" help:"Serve two demo casinos and print their sign-ins."`
	Doctor   doctorCommand   `cmd:"" help:"Check the database, roles, policies and settings, and say what to do."`
	Openapi  openapiCommand  `cmd:"" help:"Print the API's OpenAPI document."`
	Bill     billCommand     `cmd:"" help:"See who pays what, and what is paid by hand."`
	Reseller resellerCommand `cmd:"" help:"Make resellers' accounts and keys."`
	Operator operatorCommand `cmd:"" help:"Let the deployment's own people into the console."`
	Backup   backupCommand   `cmd:"" help:"Write the data folder and its database into one file, while serving or not."`
	Restore  restoreCommand  `cmd:"" help:"Make an empty data folder what it was when a backup was made."`
	Restored restoredCommand `cmd:"" help:"Say that the database was restored, or that a standby took over, before anything serves again."`
	Seal     sealCommand     `cmd:"" help:"See how secrets in the database are sealed, begin it, and change the keys."`
	Verify   verifyCommand   `cmd:"" help:"Recompute conversations' logs and name what is broken."`
	Probe    probeCommand    `cmd:"" help:"Ask a process whether it is ready."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// stopWithin is how long an orderly stop may take in all. Supervisors kill what takes 30 s.
const stopWithin = 29500 * time.Millisecond

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // what a request leaves behind is short-lived; memory for it is cheaper than collecting it so often
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
		<-time.After(stopWithin - 500*time.Millisecond)
		fmt.Fprintln(os.Stderr, "pitdesk: the stop took too long and was cut short")
		os.Exit(1)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is main without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr *os.File) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("pitdesk"), kong.Description("A support desk for many casinos in one deployment."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.BindTo(ctx, (*context.Context)(nil)), kong.ShortUsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(stderr, "pitdesk:", err)
		return 2
	}
	if err := c.Settings.resolve(getenv); err != nil {
		fmt.Fprintln(stderr, "pitdesk:", err)
		return 2
	}
	if err := parsed.Run(&c.Settings, &output{stdout, stderr}); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "pitdesk:", err)
		return 1
	}
	return 0
}

// output is where a command writes for people.
type output struct{ out, err *os.File }

type versionCommand struct{}

func (versionCommand) Run(o *output) error {
	_, err := fmt.Fprintln(o.out, version)
	return err
}
