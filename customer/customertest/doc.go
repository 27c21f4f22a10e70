// Package customertest checks an implementation of customer.Store against every
// promise of that interface.
//
//	func TestStore(t *testing.T) {
//		customertest.Run(t, customertest.Harness{
//			New:    func(tb testing.TB) customer.Store { return open(tb) },
//			Reopen: func(tb testing.TB, s customer.Store) customer.Store { return reopen(tb, s) },
//		})
//	}
//
// [Run] runs the groups as subtests. Each names one guarantee, and a failure says
// what was promised before it says what was seen. [Check] gives the same as values, and
// [Bench] measures a store under fixed shapes, so that stores can be compared.
//
// The package imports the standard library and customer only, so that a host's store
// never gets a test dependency from it. Groups start goroutines, and all of them have
// ended when a group returns.
package customertest
