package main

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// database is a view in PostgreSQL. pgx prepares the statement once for each connection.
type database struct{ pool *pgxpool.Pool }

func newDatabase(url string, connections int32) view {
	settings, err := pgxpool.ParseConfig(url)
	check(err)
	settings.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(context.Background(), settings)
	check(err)
	return database{pool}
}

func (d database) find(ctx context.Context, owner, id string) (found storedOrder, err error) {
	err = d.pool.QueryRow(ctx, "SELECT id::text, customer, note, items, cents, version "+
		"FROM orders WHERE owner = $1 AND id = $2", owner, id,
	).Scan(&found.ID, &found.Customer, &found.Note, &found.Items, &found.Cents, &found.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errNotFound
	}
	return found, err
}

// table is a view in DynamoDB.
type table struct {
	client *dynamodb.Client
	name   string
}

// The credentials and the region are found as AWS' SDKs find them.
func newTable(endpoint, name string) view {
	settings, err := config.LoadDefaultConfig(context.Background())
	check(err)
	client := dynamodb.NewFromConfig(settings, func(o *dynamodb.Options) {
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	})
	return table{client, name}
}

func (t table) find(ctx context.Context, owner, id string) (found storedOrder, err error) {
	answer, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(t.name),
		Key: map[string]types.AttributeValue{
			"owner": &types.AttributeValueMemberS{Value: owner},
			"id":    &types.AttributeValueMemberS{Value: id},
		},
	})
	if err != nil {
		return found, err
	}
	if answer.Item == nil {
		return found, errNotFound
	}
	err = attributevalue.UnmarshalMapWithOptions(answer.Item, &found,
		func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	return found, err
}
