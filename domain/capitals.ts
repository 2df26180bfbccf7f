/** Latitude and longitude, degrees. */
export type Coordinates = readonly [number, number]

/** Seats of the Chinese regions' governments, by the region's short name: what lies between two regions is reckoned from them. */
export const CAPITALS: Readonly<Record<string, Coordinates>> = {
  北京: [39.9, 116.4],
  天津: [39.13, 117.2],
  河北: [38.04, 114.51],
  山西: [37.87, 112.55],
  内蒙古: [40.84, 111.75],
  辽宁: [41.8, 123.43],
  吉林: [43.88, 125.32],
  黑龙江: [45.8, 126.53],
  上海: [31.23, 121.47],
  江苏: [32.06, 118.8],
  浙江: [30.27, 120.15],
  安徽: [31.82, 117.23],
  福建: [26.07, 119.3],
  江西: [28.68, 115.86],
  山东: [36.65, 117.12],
  河南: [34.75, 113.63],
  湖北: [30.59, 114.3],
  湖南: [28.23, 112.94],
  广东: [23.13, 113.26],
  广西: [22.82, 108.37],
  海南: [20.04, 110.2],
  重庆: [29.56, 106.55],
  四川: [30.57, 104.07],
  贵州: [26.65, 106.63],
  云南: [25.04, 102.71],
  西藏: [29.65, 91.12],
  陕西: [34.34, 108.94],
  甘肃: [36.06, 103.83],
  青海: [36.62, 101.78],
  宁夏: [38.49, 106.23],
  新疆: [43.83, 87.62],
  香港: [22.28, 114.16],
  澳门: [22.2, 113.54],
  台湾: [25.04, 121.56],
}

/** Where an address names one of these as its country. */
export const OWN_COUNTRY_CODES: Readonly<Record<string, string>> = {
  HK: '香港',
  MO: '澳门',
  TW: '台湾',
}
