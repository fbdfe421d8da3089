package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page is served at the address that is printed, under it alone, until somebody ends it.
func TestExploreServes(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	out, w := io.Pipe()
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"explore", "x*tanh(x)", "--no-browser"}, w, io.Discard) }()
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	address, query, _ := strings.Cut(strings.TrimSpace(address), "#")
	require.Equal(t, "activation=x%2Atanh%28x%29", query)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/\w{26}/$`, address)
	for path, want := range map[string]int{address + "answer?" + query: http.StatusOK, strings.TrimSuffix(address, "/") + "x/": 403} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		require.NoError(t, err)
		reply, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, reply.Body.Close())
		require.Equal(t, want, reply.StatusCode)
	}
	end()
	require.Equal(t, exitDone, <-code)
}

func TestExploreRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"explore x*tnh(x)", "column 3"},
		{"explore --at colour=red", `unknown setting "colour"`},
		{"explore tanh --at depth=3", "want one of them"},
		{"explore a b", "2 activations"},
	} {
		exit, stdout, stderr := command(t, append(strings.Fields(c.args), "--no-browser")...)
		require.Equal(t, exitBadInput, exit, c.args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, c.want)
	}
}
