package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"bsnn/reports/explore"

	"github.com/spf13/cobra"
)

type exploreFlags struct {
	at        string
	port      uint16
	noBrowser bool
}

func newExplore() *cobra.Command {
	var f exploreFlags
	c := &cobra.Command{
		Use:     "explore [NAME|EXPRESSION]",
		GroupID: groupQuestions,
		Short:   "Open a page that answers while you type: card, curves, prediction, live runs",
		Long: `Open a page in the browser that answers while you type: an activation, or a network of
blocks; its card and curves, what is predicted of depth and width, causes and cures; a
live simulation with its verdict; a link for what is seen; and a report to keep.

The page comes from this program and goes nowhere else: it listens on this machine
alone, on a random port, and answers who has the secret in the address. It ends with
Ctrl-C. "go run ./cmd/bsnn-site -o DIR" in a checkout writes the same page for any web
host.`,
		Example: `  bsnn explore
  bsnn explore 'x*tanh(x)'
  bsnn explore --at 'activation=relu&depth=100&as-is=true' --no-browser`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%d activations; want one, or none", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completeActivation(c, args, typed)
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	c.Flags().StringVar(&f.at, "at", "", "where to begin: what follows # in a link to the page")
	c.Flags().Uint16Var(&f.port, "port", 0, "port to listen on; 0 means a free one")
	c.Flags().BoolVar(&f.noBrowser, "no-browser", false, "print the address alone")
	return c
}

func (f *exploreFlags) run(c *cobra.Command, args []string) error {
	if len(args) > 0 && f.at != "" {
		return errors.New("an activation beside --at, which says it already; want one of them")
	}
	q, err := explore.ParseQuery(f.at)
	if err != nil {
		return fmt.Errorf("--at: %w", err)
	}
	if len(args) > 0 {
		q.Activation.Spec = args[0]
	}
	if _, err := q.Architecture(); err != nil {
		return err
	}
	token := explore.NewToken()
	handler, err := explore.NewHandler(explore.New(explore.ServerLimits()), token)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(c.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(f.port))))
	if err != nil {
		return fmt.Errorf("--port %d: %w", f.port, err)
	}
	address := fmt.Sprintf("http://%s/%s/#%s", listener.Addr(), token, q.Link())
	fmt.Fprintln(c.OutOrStdout(), address)
	if !f.noBrowser {
		note(c.ErrOrStderr(), "the page is opened in your browser; end it with Ctrl-C")
		if err := openBrowser(address); err != nil {
			note(c.ErrOrStderr(), "no browser could be opened: %v; open the address yourself", err)
		}
	}
	return serve(c.Context(), listener, handler)
}

// serve answers until ctx ends, which is the end that is asked for.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // runs end with their connections
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the page: %w", err)
	}
	return nil
}

// openBrowser asks the system to show an address.
func openBrowser(address string) error {
	name, arguments := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, arguments = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	opener := exec.Command(name, arguments...) //nolint:noctx // it outlives the request
	if err := opener.Start(); err != nil {
		return err
	}
	return opener.Process.Release() // nobody waits for a browser
}
