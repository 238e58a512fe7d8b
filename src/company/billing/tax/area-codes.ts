/** Canadian area codes and their provinces: where a customer is, as long as nobody has entered an address. */

const codesOf: Readonly<Record<string, string>> = {
  AB: '368 403 587 780 825',
  BC: '236 250 257 604 672 778',
  MB: '204 431 584',
  NB: '428 506',
  NL: '709 879',
  NS: '782 902',
  NT: '867',
  ON: '226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 807 905 942',
  QC: '263 354 367 418 438 450 468 514 579 581 819 873',
  SK: '306 474 639',
}

const regions = new Map(Object.entries(codesOf).flatMap(([region, codes]) => codes.split(' ').map((c) => [c, region])))

/** The province of an area code; undefined for those of other countries. */
export function regionOfAreaCode(areaCode: string): string | undefined {
  return regions.get(areaCode)
}
