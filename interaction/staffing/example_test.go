package staffing_test

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction/staffing"
)

// A hundred calls in half an hour of three minutes each: how many people answer 80 %
// of them within 20 seconds?
func ExampleRequired() {
	load := staffing.Load{Calls: 100, Period: 30 * time.Minute, Handle: 3 * time.Minute}
	r, err := staffing.Required(load, staffing.Goal{ServiceLevel: 0.8, Within: 20 * time.Second}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	roster, err := staffing.Rostered(r.Agents, 0.3)
	fmt.Print(r.Explain())
	fmt.Println(roster, "on the roster when 30 % are away", err)
	// Output:
	// erlang_c: 10 erlangs for 14 agents keep them busy 71.4 % of their time.
	// 17.4 % of calls wait; 88.8 % are answered within 20s; the mean wait is 7.84s, and 0.44 calls are waiting on average.
	// 20 on the roster when 30 % are away <nil>
}

func ExampleErlangC_unstable() {
	load := staffing.Load{Calls: 100, Period: 30 * time.Minute, Handle: 3 * time.Minute}
	_, err := staffing.ErlangC(load, 10, 20*time.Second)
	fmt.Println(err)
	// Output:
	// staffing: no steady state: 10 erlangs for 10 agents, at least 11 are needed
}

func ExampleErlangA() {
	load := staffing.Load{Calls: 100, Period: 30 * time.Minute, Handle: 3 * time.Minute}
	r, err := staffing.ErlangA(load, 10, 5*time.Minute, 20*time.Second) // overloaded, yet stable
	fmt.Printf("%.1f %% hang up, %v\n", 100*r.Lost, err)
	// Output:
	// 10.9 % hang up, <nil>
}

// Ten chat slots for five erlangs: what comes when all are taken is turned away.
func ExampleErlangB() {
	r, err := staffing.ErlangB(staffing.Load{Calls: 100, Period: time.Hour, Handle: 3 * time.Minute}, 10)
	fmt.Print(r.Explain())
	fmt.Println(err)
	// Output:
	// erlang_b: 5 erlangs for 10 agents keep them busy 49.1 % of their time.
	// 1.84 % of calls find every line busy and are lost.
	// <nil>
}

// Callers who hang up after two minutes need fewer people than those who never do; the
// goal then also says how many may.
func ExampleRequired_patience() {
	load := staffing.Load{Calls: 240, Period: time.Hour, Handle: 5 * time.Minute}
	goal := staffing.Goal{ServiceLevel: 0.8, Within: 20 * time.Second, MaxLost: 0.05}
	r, err := staffing.Required(load, goal, &staffing.Options{Patience: 2 * time.Minute})
	fmt.Print(r.Explain())
	fmt.Println(err)
	// Output:
	// erlang_a: 20 erlangs for 23 agents keep them busy 82.8 % of their time.
	// 22.8 % of calls wait; 86.1 % are answered within 20s; the mean wait is 5.78s, and 0.39 calls are waiting on average.
	// 4.82 % of calls hang up.
	// <nil>
}
