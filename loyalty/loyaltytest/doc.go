// Package loyaltytest checks an implementation of loyalty.Store against every
// promise of that interface, and gives tests a store that fails on purpose.
//
//	func TestStore(t *testing.T) {
//		loyaltytest.Run(t, loyaltytest.Harness{
//			New:    func(tb testing.TB) loyalty.Store { return open(tb) },
//			Reopen: func(tb testing.TB, s loyalty.Store) loyalty.Store { return reopen(tb, s) },
//		})
//	}
//
// [Run] runs the groups as subtests. Each names one guarantee, and a failure says
// what was promised before it says what was seen. [Check] gives the same as values.
// [Bench] measures a store with fixed shapes. [Faulty] wraps a store so that calls
// fail before or after they take effect, and interleaves clients, all from a seed.
//
// The package imports the standard library and loyalty only, so that a host's
// store never gets a test dependency from it. Groups start goroutines, and all of
// them have ended when a group returns.
package loyaltytest
