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
