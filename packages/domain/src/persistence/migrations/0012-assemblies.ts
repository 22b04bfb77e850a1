/** Bundles and virtual stock: what a SKU is made of, and on the SKU itself whether it lies on shelves at all. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const assemblies = {
  name: '0012-assemblies',
  steps: [
    table(`stock_assembly (
      sku_id ${name(64)} NOT NULL, kind ${word(16)} NOT NULL, state ${word(16)} NOT NULL, cap int NULL,
      version bigint NOT NULL, created_at ${instant} NOT NULL, updated_at ${instant} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (sku_id),
      KEY stock_assembly_kind (kind, state, sku_id),
      CONSTRAINT stock_assembly_cap CHECK (cap IS NULL OR cap >= 0))`),
    table(`stock_assembly_part (
      sku_id ${name(64)} NOT NULL, line_no int NOT NULL, part_sku_id ${name(64)} NOT NULL, batch_id ${ulid} NULL, quantity int NOT NULL,
      PRIMARY KEY (sku_id, line_no),
      KEY stock_assembly_part_sku (part_sku_id, sku_id),
      CONSTRAINT stock_assembly_part_quantity CHECK (quantity > 0),
      CONSTRAINT stock_assembly_part_other CHECK (part_sku_id <> sku_id))`),
    `ALTER TABLE sku ADD COLUMN kind ${word(16)} NOT NULL DEFAULT 'stock'`,
  ],
};
