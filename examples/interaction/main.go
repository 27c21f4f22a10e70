// Interaction runs a support desk in Berlin through the week of Easter 2024: the
// clocks go forward on the Sunday, the service-level policy changes on the
// Thursday, a case is reopened, a complaint climbs the ladder over a holiday,
// promises are quoted and kept, a message of our own waits for the morning in
// Tokyo. Every step prints why.
//
// The library hands out deadlines as data; an in-process timer turns them into
// wake-ups.
//
//	go run ./examples/interaction
//	go run ./examples/interaction -second 12h
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	second := flag.Duration("second", 0, "simulated time that passes in a second; 0: do not wait")
	flag.Parse()
	if err := run(os.Stdout, *second); err != nil {
		fmt.Fprintln(os.Stderr, "interaction:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(out io.Writer, second time.Duration) error {
	h, err := newHost(out, second)
	if err != nil {
		return err
	}
	h.page.printf("A support desk in Berlin, Wednesday 27 March to Wednesday 3 April 2024\n")
	h.tell()
	h.clock.run(time.Date(2024, 4, 3, 18, 0, 0, 0, h.page.zone))
	h.closing()
	if h.err != nil {
		return h.err
	}
	return h.page.err
}
