// In a browser this command answers the page: it is a worker that takes calls bsnn(kind, query, tell, resolve, reject).
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall/js"

	"bsnn/internal/parallel"
	"bsnn/reports/explore"
)

func main() {
	e := explore.New(explore.PageLimits())
	js.Global().Set("bsnn", js.FuncOf(func(_ js.Value, args []js.Value) any {
		kind, query, tell, resolve, reject := args[0].String(), args[1].String(), args[2], args[3], args[4]
		parallel.Beside(func() error { // a call must not wait
			value, err := answer(e, kind, query, tell)
			if err != nil {
				reject.Invoke(err.Error())
			} else {
				resolve.Invoke(value)
			}
			return err
		})
		return nil
	}))
	select {} // until the page is closed
}

// answer is what the page is told; a fault of the program is an error like any other.
func answer(e *explore.Explorer, kind, query string, tell js.Value) (value js.Value, err error) {
	defer func() {
		if fault := parallel.Caught(recover()); fault != nil {
			err = fmt.Errorf("a fault of the program: %s", fault)
		}
	}()
	ctx := context.Background() // a worker that is not wanted any more is ended
	switch kind {
	case "answer", "proof":
		stage := explore.Estimated
		if kind == "proof" {
			stage = explore.Proven
		}
		data, err := e.AnswerJSON(ctx, query, stage)
		return js.ValueOf(string(data)), err
	case "run":
		return js.Undefined(), run(ctx, e, query, tell)
	case "report":
		q, err := explore.ParseQuery(query)
		if err != nil {
			return value, err
		}
		data, err := e.Report(ctx, q)
		return js.ValueOf(string(data)), err
	}
	return value, fmt.Errorf("unknown call %q", kind)
}

// run tells the events of a live run.
func run(ctx context.Context, e *explore.Explorer, query string, tell js.Value) error {
	q, err := explore.ParseQuery(query)
	if err != nil {
		return err
	}
	return e.Run(ctx, q, func(event explore.Event) error {
		data, err := json.Marshal(event)
		if err == nil {
			tell.Invoke(string(data))
		}
		return err
	})
}
