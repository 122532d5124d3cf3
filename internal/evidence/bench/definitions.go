package main

import (
	"context"
	"errors"
	"strings"
	"time"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// definitions returns the statements that make the constraints and indexes of
// the database, constraints first. One that is not ready is an error.
func (s *server) definitions(ctx context.Context) ([]string, error) {
	constraints, err := s.texts(ctx, `SHOW CONSTRAINTS YIELD name, createStatement RETURN createStatement ORDER BY name`)
	if err != nil {
		return nil, err
	}
	var indexes, unready []string
	err = s.query(ctx, func(values []any) error {
		name, state, owner, statement := values[0].(string), values[1].(string), values[2], values[3].(string)
		if state != "ONLINE" {
			unready = append(unready, name+" is "+state)
		}
		if owner == nil {
			indexes = append(indexes, statement)
		}
		return nil
	}, `SHOW INDEXES YIELD name, state, owningConstraint, createStatement RETURN name, state, owningConstraint, createStatement ORDER BY name`, nil)
	if len(unready) > 0 {
		err = errors.New("index " + strings.Join(unready, ", index "))
	}
	return append(constraints, indexes...), err
}

// define makes constraints and indexes, waits until all can be used, and
// returns how long that took. Those that every database has are there already.
func (s *server) define(ctx context.Context, statements []string) (time.Duration, error) {
	started := time.Now()
	there, err := s.definitions(ctx)
	if err != nil {
		return 0, err
	}
	known := strings.Join(there, "\n")
	var indexes []string
	for _, statement := range statements {
		switch {
		case strings.Contains(known, statement):
		case strings.HasPrefix(statement, "CREATE CONSTRAINT"):
			if err := s.query(ctx, nil, statement, nil); err != nil {
				return 0, err
			}
		default:
			indexes = append(indexes, statement)
		}
	}
	if err := s.together(ctx, indexes); err != nil {
		return 0, err
	}
	err = s.query(ctx, nil, `CALL db.awaitIndexes(3600)`, nil)
	return time.Since(started), err
}

// together runs statements in one transaction: indexes that come together are
// filled together.
func (s *server) together(ctx context.Context, statements []string) error {
	session := s.driver.NewSession(ctx, bolt.SessionConfig{DatabaseName: "neo4j"})
	defer session.Close(context.WithoutCancel(ctx))
	tx, err := session.BeginTransaction(ctx)
	if err != nil {
		return err
	}
	defer tx.Close(context.WithoutCancel(ctx))
	for _, statement := range statements {
		if _, err := tx.Run(ctx, statement, nil); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}

func (s *server) version(ctx context.Context) (string, error) {
	found, err := s.texts(ctx, `CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions[0] + ' ' + edition`)
	return strings.Join(found, ", "), err
}
