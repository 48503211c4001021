// Package many runs a deployment of several processes for tests: the built program as serving and working processes on one
// database, behind a balancer that asks after their health, with clients outside that write, listen and compare what they were
// told with what the log has. It knows the program by what it shows to the outside alone: its settings, its pages' and its API's
// addresses, its log lines, and the demo's facts.
//
//	func TestMain(m *testing.M) { many.Main(m) }
//
//	func TestSomething(t *testing.T) {
//		d := many.Start(t, many.Options{})
//		load := d.Load(t, many.LoadOptions{})
//		d.Serving[0].Kill()
//		load.Stop()
//		load.Compare(t)
//	}
package many
