#pragma once

#include <string_view>

namespace penstock::bench {

// These are a contract, and a body of about 1 KB with 20 properties that is valid by it.
inline constexpr std::string_view kOrders = R"(
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody: {required: true,
        content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: It was taken.}}
components:
  schemas:
    Order:
      type: object
      additionalProperties: false
      required: [id, number, status, created_at, email, name, currency, total, quantity, address,
        lines]
      properties:
        id: {type: string, format: uuid}
        number: {type: string, pattern: '^[A-Z]{2}-[0-9]{6}$'}
        status: {type: string, enum: [new, paid, packed, sent, returned]}
        created_at: {type: string, format: date-time}
        due: {type: string, format: date}
        email: {type: string, format: email}
        name: {type: string, minLength: 1, maxLength: 80}
        phone: {type: string, pattern: '^\+[0-9 ]{6,20}$'}
        note: {type: string, maxLength: 300}
        currency: {type: string, pattern: '^[A-Z]{3}$'}
        total: {type: number, minimum: 0, multipleOf: 0.01}
        quantity: {type: integer, minimum: 1, maximum: 100}
        priority: {type: integer, format: int32, minimum: 1, maximum: 5}
        discount: {type: number, minimum: 0, maximum: 1, exclusiveMaximum: true}
        gift: {type: boolean}
        tags: {type: array, maxItems: 10, uniqueItems: true,
          items: {type: string, minLength: 1, maxLength: 20}}
        website: {type: string, format: uri}
        client: {type: string, format: ipv4}
        address:
          type: object
          additionalProperties: false
          required: [street, city, postcode, country]
          properties:
            street: {type: string, minLength: 1, maxLength: 80}
            city: {type: string, minLength: 1, maxLength: 80}
            postcode: {type: string, pattern: '^[0-9A-Z -]{3,10}$'}
            country: {type: string, enum: [DE, FR, GB, IT, PL]}
        lines:
          type: array
          minItems: 1
          maxItems: 50
          items:
            type: object
            additionalProperties: false
            required: [sku, quantity, price]
            properties:
              sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}
              quantity: {type: integer, minimum: 1, maximum: 99}
              price: {type: number, minimum: 0, maximum: 100000}
)";

inline constexpr std::string_view kOrder =
    R"({"id":"123e4567-e89b-42d3-a456-426614174000","number":"AB-004711","status":"paid",)"
    R"("created_at":"2026-03-01T09:30:00.250Z","due":"2026-03-15",)"
    R"("email":"jo.smith@example.com","name":"Jo Smith",)"
    R"("phone":"+49 30 1234567","note":"Please ring twice and, if nobody opens, )"
    R"(leave the parcel with the neighbours )"
    R"(on the second floor, who know about it and are at home until six in the )"
    R"(evening; on Saturdays only until noon. Thank you.","currency":"EUR",)"
    R"("total":98.35,"quantity":5,"priority":2,"discount":0.15,"gift":true,)"
    R"("tags":["tea","spring","returning"],)"
    R"("website":"https://shop.example.com/orders?from=newsletter","client":"192.0.2.44",)"
    R"("address":{"street":"Torstrasse 140","city":"Berlin","postcode":"10119","country":"DE"},)"
    R"("lines":[{"sku":"TEA-0017","quantity":2,"price":7.95},)"
    R"({"sku":"TEA-0018","quantity":1,"price":12.5},)"
    R"({"sku":"COF-0003","quantity":1,"price":9.95},{"sku":"POT-0101","quantity":1,"price":60},)"
    R"({"sku":"CUP-0230","quantity":6,"price":4.5},{"sku":"CUP-0231","quantity":6,"price":5.25}]})";

}  // namespace penstock::bench
