// Ready asks a Neo4j server once whether it is ready: it logs in and runs
// RETURN 1, for the port opens before the database does.
//
//	ready URL PASSWORD-FILE
//
// Exit status: 0 ready, 1 not yet, 2 it never will be: wrong usage or password.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: ready URL PASSWORD-FILE")
		os.Exit(2)
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	err := ask(ctx, os.Args[1], os.Args[2])
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "ready:", err)
	var refused *bolt.Neo4jError
	if errors.As(err, &refused) && strings.HasPrefix(refused.Code, "Neo.ClientError.Security.") {
		os.Exit(2)
	}
	os.Exit(1)
}

func ask(ctx context.Context, url, passwordFile string) error {
	password, err := os.ReadFile(passwordFile)
	if err != nil {
		return err
	}
	driver, err := bolt.NewDriverWithContext(url, bolt.BasicAuth("neo4j", strings.TrimRight(string(password), "\r\n"), ""))
	if err != nil {
		return err
	}
	defer driver.Close(ctx)
	session := driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: "neo4j"})
	defer session.Close(ctx)
	result, err := session.Run(ctx, `RETURN 1`, nil)
	if err != nil {
		return err
	}
	_, err = result.Single(ctx)
	return err
}
