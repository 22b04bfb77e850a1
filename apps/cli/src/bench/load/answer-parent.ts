/** The other end of a child of a bench: answers what its parent asks, and ends with it. */

export function answerParent<Order>(work: (order: Order) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (order: Order) => {
    work(order).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
