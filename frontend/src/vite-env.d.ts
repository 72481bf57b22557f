/// <reference types="vite/client" />

declare module "virtual:land/50m" {
  const address: string;
  export default address;
}
declare module "virtual:land/10m" {
  const address: string;
  export default address;
}
