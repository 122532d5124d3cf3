// Command page serves the built page alone, on a free port of this machine,
// for the browser tests that answer its GraphQL requests themselves. It prints
// its address and ends when its standard input does.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"skein/explorer"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{Handler: explorer.Handler(), ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		// A parent that dies without a word closes the pipe all the same.
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
