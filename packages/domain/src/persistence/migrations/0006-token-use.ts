/** When and from where a token was last shown: noted now and then, beside the work and outside its version. */
export const tokenUse = {
  name: '0006-token-use',
  steps: [
    `ALTER TABLE token ADD COLUMN last_used_at datetime(6) NULL,
      ADD COLUMN last_used_address varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL`,
  ],
};
