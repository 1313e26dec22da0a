import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../src/local/console/page/json_text.js';
import { writeParameters } from '../../src/local/console/page/send/parameter_styles.js';

function target(parameter, value, path = '/a') {
  const values = { [`${parameter.in} ${parameter.name}`]: value };
  return writeParameters(path, [parameter], values).target;
}

function header(parameter, value) {
  return writeParameters('/a', [parameter], { [`${parameter.in} ${parameter.name}`]: value })
    .headers;
}

test('QueryStylesAreThoseOfOpenApi', () => {
  const list = [1, 2];
  const object = { x: 1, y: 'b c' };
  const rows = [
    [{}, 'a&b=c', '?p=a%26b%3Dc'],
    [{}, list, '?p=1&p=2'],
    [{ explode: false }, list, '?p=1,2'],
    [{ explode: false }, ['a,b', 'c'], '?p=a%2Cb,c'],
    [{ style: 'spaceDelimited', explode: false }, list, '?p=1%202'],
    [{ style: 'pipeDelimited', explode: false }, list, '?p=1%7C2'],
    [{ style: 'pipeDelimited', explode: true }, list, '?p=1&p=2'],
    [{}, object, '?x=1&y=b%20c'],
    [{}, { size: 5, sort: ['a', 'b'] }, '?size=5&sort=a&sort=b'],
    [{ explode: false }, object, '?p=x,1,y,b%20c'],
    [{ style: 'deepObject' }, { x: 1, t: { v: ['a'] } }, '?p%5Bx%5D=1&p%5Bt%5D%5Bv%5D%5B0%5D=a'],
    [{ allowReserved: true }, 'a/b?c&d#e', '?p=a/b?c%26d%23e'],
    [{ content: { 'application/json': {} } }, { x: [1] }, '?p=%7B%22x%22%3A%5B1%5D%7D'],
    [{}, '', '?p='],
    [{}, [], ''],
    [{}, undefined, ''],
    [{}, new ExactNumber('12345678901234567890'), '?p=12345678901234567890'],
    [{}, 'ä😀!', '?p=%C3%A4%F0%9F%98%80%21'],
  ];
  for (const [more, value, expected] of rows) {
    assert.equal(target({ name: 'p', in: 'query', ...more }, value), `/a${expected}`);
  }
});

test('PathStylesAreThoseOfOpenApi', () => {
  const object = { x: 1, y: 'b' };
  const rows = [
    [{}, [1, 2], '1,2'],
    [{ style: 'label' }, [1, 2], '.1,2'],
    [{ style: 'label', explode: true }, [1, 'b.c'], '.1.b%2Ec'],
    [{ style: 'matrix' }, [1, 2], ';p=1,2'],
    [{ style: 'matrix', explode: true }, [1, 2], ';p=1;p=2'],
    [{ style: 'matrix' }, 'b', ';p=b'],
    [{ style: 'matrix' }, '', ';p'],
    [{}, object, 'x,1,y,b'],
    [{ explode: true }, object, 'x=1,y=b'],
    [{ style: 'label', explode: true }, object, '.x=1.y=b'],
    [{ style: 'matrix', explode: true }, object, ';x=1;y=b'],
    [{}, 'a/b $& c', 'a%2Fb%20%24%26%20c'],
  ];
  for (const [more, value, expected] of rows) {
    assert.equal(target({ name: 'p', in: 'path', ...more }, value, '/a/{p}'), `/a/${expected}`);
  }
});

test('APathWithoutAValueIsRefused', () => {
  for (const value of [undefined, '']) {
    assert.throws(() => target({ name: 'p', in: 'path' }, value, '/{p}'),
      /needs a value for "p"/);
  }
});

test('HeadersAreNotEncodedAndCookiesAre', () => {
  assert.deepEqual(header({ name: 'x-p', in: 'header' }, ['a', 'b%']),
    [{ name: 'x-p', value: 'a,b%' }]);
  assert.deepEqual(header({ name: 'p', in: 'cookie' }, ['a', 'b;c']),
    [{ name: 'cookie', value: 'p=a; p=b%3Bc' }]);
});
