"""How the benchmarks print what they measured."""

import statistics
import sys


def say(text):
  print(f'bench: {text}', file=sys.stderr, flush=True)


def spread(values, form='{:,.1f}'):
  low, middle, high = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
  return middle if low == high else f'{middle} ({low}..{high})'


def table(title, rows):
  """Rows are dictionaries with the same keys: the headings."""
  print(f'\n### {title}\n')
  print('| ' + ' | '.join(rows[0]) + ' |')
  print('|' + ' --- |' * len(rows[0]))
  for row in rows:
    print('| ' + ' | '.join(map(str, row.values())) + ' |')
  sys.stdout.flush()
