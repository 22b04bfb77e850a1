/**
 * What a virtual SKU was ever taken from. A cap counts what is held of it, and what is held stays where it was taken from when
 * the SKU is pointed elsewhere; an index of all reservations by SKU and state would be paid for by every sale instead.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

export const assemblyShelves = {
  name: '0018-assembly-shelves',
  steps: [
    `CREATE TABLE IF NOT EXISTS stock_assembly_shelf (
      sku_id ${name(64)} NOT NULL, part_sku_id ${name(64)} NOT NULL,
      PRIMARY KEY (sku_id, part_sku_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    `INSERT IGNORE INTO stock_assembly_shelf (sku_id, part_sku_id)
     SELECT p.sku_id, p.part_sku_id FROM stock_assembly_part AS p
     JOIN stock_assembly AS a ON a.sku_id = p.sku_id AND a.kind = 'virtual'`,
  ],
};
