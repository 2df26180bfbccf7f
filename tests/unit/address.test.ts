import { describe, expect, it } from 'vitest'
import { openAddressBook } from '../../adapters/address/book.ts'
import type { AddressDraft, AddressProblem } from '../../adapters/address/port.ts'

const book = openAddressBook()
const PERSON = { name: '李雷', phone: '138 0013 8000', street: '科技园路 1 号' }

type Name = string | null | undefined
type Place = [region?: Name, city?: Name, district?: Name]

const draftOf = ([region = null, city = null, district = null]: Place): AddressDraft => ({
  ...{ ...PERSON, country: 'CN', region, city, district },
})

function placed(place: Place): (string | undefined)[] | AddressProblem[] {
  const found = book.check(draftOf(place), 'zh')
  if ('problems' in found) return found.problems
  const { region, city, district } = found.address
  return [region, city, district]
}

function check(draft: Partial<AddressDraft>) {
  return book.check({ ...draftOf(['广东省', '深圳市', '南山区']), ...draft }, 'en')
}

const problemsOf = (found: ReturnType<typeof check>) => ('problems' in found ? found.problems : [])

describe('a place in China', () => {
  it.each<[Place, Place]>([
    [
      ['广东', '深圳', '南山'],
      ['广东省', '深圳市', '南山区'],
    ],
    [
      [' 广 东 省 ', '深圳市', '南山县'],
      ['广东省', '深圳市', '南山区'],
    ],
    [
      ['新疆', '巴音郭楞', '库尔勒'],
      ['新疆维吾尔自治区', '巴音郭楞蒙古自治州', '库尔勒市'],
    ],
    [
      ['内蒙古', '兴安', '阿尔山'],
      ['内蒙古自治区', '兴安盟', '阿尔山市'],
    ],
    [
      ['Guangdong', 'Shenzhen City', 'Nanshan Qu'],
      ['广东省', '深圳市', '南山区'],
    ],
    [
      ['Shaanxi Province', 'Xian', 'Yanta'],
      ['陕西省', '西安市', '雁塔区'],
    ],
    [
      ['Hong Kong', 'Kowloon', '油尖旺'],
      ['香港特别行政区', '九龙', '油尖旺区'],
    ],
  ])('is known by short and Latin names: %j', (written, full) => {
    expect(placed(written)).toEqual(full)
  })

  it.each<[Place, Place]>([
    [
      ['北京市', '北京市', '朝阳区'],
      ['北京市', '北京市', '朝阳区'],
    ],
    [
      ['北京', '朝阳区'],
      ['北京市', '北京市', '朝阳区'],
    ],
    [
      ['北京市', '市辖区', '朝阳区'],
      ['北京市', '北京市', '朝阳区'],
    ],
    [
      ['重庆', '县', '云阳'],
      ['重庆市', '重庆市', '云阳县'],
    ],
    [
      ['江苏省', '昆山市'],
      ['江苏省', '苏州市', '昆山市'],
    ],
    [
      ['河南省', '省直辖县级行政区划', '济源市'],
      ['河南省', '济源市', undefined],
    ],
    [
      ['香港', '中西区'],
      ['香港特别行政区', '香港岛', '中西区'],
    ],
    [
      ['吉林省', '吉林市', '船营区'],
      ['吉林省', '吉林市', '船营区'],
    ],
  ])('may leave out layers that say nothing: %j', (written, full) => {
    expect(placed(written)).toEqual(full)
  })

  it('needs no district in a city that has none, and knows its towns', () => {
    expect(placed(['广东省', '东莞市'])).toEqual(['广东省', '东莞市', undefined])
    expect(placed(['广东省', '东莞市', '东莞市'])).toEqual(['广东省', '东莞市', undefined])
    expect(placed(['广东省', '东莞市', '虎门'])).toEqual(['广东省', '东莞市', '虎门镇'])
    expect(placed(['湖北省', '仙桃市', '彭场镇'])).toEqual(['湖北省', '仙桃市', '彭场镇'])
  })

  it('S2-1.1b without its district is asked for it, with the city’s districts', () => {
    expect(placed(['广东', '深圳', null])).toEqual([
      {
        field: 'district',
        code: 'ADDRESS_INCOMPLETE',
        missing: ['district'],
        suggestions: expect.arrayContaining(['南山区', '福田区', '罗湖区']),
      },
    ])
  })

  it.each<[Place, string, string[]]>([
    [['北京市', '深圳市', '南山区'], 'city', ['广东省/深圳市']],
    [['江苏省', '南京市', '福田区'], 'district', ['广东省/深圳市/福田区']],
    [['深圳市', '深圳市', '南山区'], 'region', ['广东省/深圳市']],
    [['江苏省', '昆山市', '玉山镇'], 'city', ['江苏省/苏州市/昆山市']],
    [['Beijing', 'Shenzhen', 'Nanshan'], 'city', ['Guangdong/Shenzhen']],
  ])('S2-1.1b that lies elsewhere is told where: %j', (written, field, suggestions) => {
    const street = /^[A-Z]/.test(written[0] ?? '') ? '1 Keji Road' : PERSON.street
    const found = book.check({ ...draftOf(written), street }, 'zh')
    expect(found).toEqual({ problems: [{ field, code: 'DIVISION_MISMATCH', suggestions }] })
  })

  it('that lies in several places is told of the nearest first', () => {
    expect(placed(['广东省', '广州市', '南山区'])).toMatchObject([
      { suggestions: ['广东省/深圳市/南山区', '黑龙江省/鹤岗市/南山区'] },
    ])
  })

  it.each<[Place, string, string[]]>([
    [['广动省', '深圳市', '南山区'], 'region', ['广东省', '广西壮族自治区']],
    [['广东省', '深圳市', '南三区'], 'district', ['南山区']],
    [['江苏省', '南京市', '古楼区'], 'district', ['鼓楼区']],
    [['新疆', '伊犁', '伊宁'], 'district', ['伊宁市', '伊宁县']],
  ])('that nobody knows, or that is two, is asked about: %j', (written, field, suggestions) => {
    expect(placed(written)).toEqual([{ field, code: 'DIVISION_UNKNOWN', suggestions }])
  })

  it('without a province is asked for the one that it lies in', () => {
    expect(placed([null, '深圳市', '南山区'])).toMatchObject([
      { code: 'ADDRESS_INCOMPLETE', missing: ['region'], suggestions: ['广东省'] },
    ])
  })

  it('of each district in the tree is itself, by its full names', () => {
    const under = (code?: string) => book.divisions(code) ?? []
    const places = under().flatMap((region) =>
      under(region.code).flatMap((city) =>
        under(city.code).map((district): Place => [region.name, city.name, district.name]),
      ),
    )
    expect(places.length).toBeGreaterThan(3000)
    expect(places.map(placed)).toEqual(places)
  })
})

describe('an address', () => {
  it('is asked for all that is missing at once', () => {
    const bare = { street: null, name: ' ', phone: null }
    expect(problemsOf(check(bare))).toEqual([
      { field: 'street', code: 'ADDRESS_INCOMPLETE', missing: ['street', 'name', 'phone'] },
    ])
    expect(problemsOf(check({ country: 'US', region: null, city: 'Austin' }))[0]?.missing).toEqual([
      ...['region', 'postcode'],
    ])
  })

  it('abroad is kept as it was written, but for blanks', () => {
    const written = { country: 'US', region: ' new  york ', city: 'New York\u00a0', district: ' ' }
    expect(book.checkPlace(written, 'en')).toEqual({
      address: { country: 'US', region: 'new york', city: 'New York' },
    })
  })

  it('may be a mere place, of which only that is asked', () => {
    const place = { country: 'CN', region: '广东', city: '深圳', district: '南山' }
    expect(book.checkPlace(place, 'zh')).toEqual({
      address: { country: 'CN', region: '广东省', city: '深圳市', district: '南山区' },
    })
    expect(book.checkPlace({ ...place, phone: '110' }, 'zh')).toMatchObject({
      problems: [{ field: 'phone', code: 'PHONE_INVALID' }],
    })
  })

  it.each([
    ['138 0013 8000', '+8613800138000'],
    ['１３８００１３８０００', '+8613800138000'],
    ['0755-8601 2345', '+8675586012345'],
    ['+1 415 555 2671', '+14155552671'],
  ])('keeps the phone number %s as %s', (phone, kept) => {
    expect(check({ phone })).toMatchObject({ address: { phone: kept } })
  })

  it.each([
    ['a digit short', '1380013800'],
    ['nobody’s', '+86 12345678901'],
    ['of a service', '400-123-4567'],
    ['of an emergency', '110'],
    ['with an extension', '0755-86012345 ext. 801'],
  ])('refuses a phone number that is %s', (_what, phone) => {
    expect(problemsOf(check({ phone }))).toEqual([{ field: 'phone', code: 'PHONE_INVALID' }])
  })

  it('in Hong Kong and Taiwan has their phones and postcodes', () => {
    const taipei = { region: '台湾省', city: '台北市', district: '大安区' }
    const own = { phone: '0912 345 678', postcode: '106' }
    expect(check({ ...taipei, ...own })).toMatchObject({
      address: { phone: '+886912345678', postcode: '106', district: '大安区' },
    })
    const abroad = { country: 'HK', region: 'Kowloon', city: 'Mong Kok', district: null }
    expect(check({ ...abroad, phone: '9123 4567' })).toMatchObject({
      address: { country: 'HK', phone: '+85291234567' },
    })
  })

  it('has a postcode in its country’s form, or none where none is needed', () => {
    expect(problemsOf(check({ postcode: '51800' }))).toEqual([
      { field: 'postcode', code: 'POSTCODE_INVALID' },
    ])
    expect(check({ postcode: '518000' })).toMatchObject({ address: { postcode: '518000' } })
    expect(check({})).toHaveProperty('address')
  })

  it('is in a country that there is', () => {
    expect(problemsOf(check({ country: 'QQ' }))).toEqual([
      { field: 'country', code: 'COUNTRY_INVALID' },
    ])
  })

  it('in a country without regions or cities repeats what there is', () => {
    const place = { country: 'SG', region: null, city: null, district: null }
    const found = check({ ...place, phone: '9123 4567', postcode: '018956' })
    expect(found).toMatchObject({ address: { region: 'SG', city: 'SG' } })
  })
})

describe('a label', () => {
  const labelOf = (draft: Partial<AddressDraft>) => {
    const found = check(draft)
    return 'address' in found ? book.format(found.address) : found
  }

  it('goes from big to small in China', () => {
    const [postcode, place, ...rest] = ['518000', '广东省深圳市南山区', PERSON.street, PERSON.name]
    expect(labelOf({ postcode })).toEqual([postcode, place, ...rest])
  })

  it('says a municipality once', () => {
    const place = { region: '北京', city: '北京', district: '朝阳' }
    expect(labelOf(place)).toContain('北京市朝阳区')
  })

  it('goes from small to big in the United States', () => {
    const place = { country: 'US', region: 'CA', city: 'Mountain View', district: null }
    const person = { name: 'Ann Lee', phone: '415 555 2671', street: '1 A Street' }
    expect(labelOf({ ...place, ...person, postcode: '94043' })).toEqual([
      ...['Ann Lee', '1 A Street', 'Mountain View, CA 94043'],
    ])
  })

  it('leaves nothing out that its country has no line for', () => {
    const place = { country: 'JP', region: '東京都', city: '千代田区', district: null }
    const person = { phone: '03-1234-5678', postcode: '100-0001', street: '1-1' }
    expect(labelOf({ ...place, ...person })).toContain('千代田区1-1')
  })
})
