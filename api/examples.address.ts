/*
 * An address as someone types it, and as orders keep it.
 */

export const ADDRESS_REQUEST = {
  ...{ name: '李雷', phone: '138 0013 8000', country: 'CN' },
  ...{ region: '广东', city: '深圳', district: '南山', postcode: '518000' },
  street: '科技园路 1 号',
}

export const ADDRESS_CHECKED = {
  address: {
    ...{ name: '李雷', phone: '+8613800138000', country: 'CN' },
    ...{ region: '广东省', city: '深圳市', district: '南山区', postcode: '518000' },
    street: '科技园路 1 号',
  },
  label: ['518000', '广东省深圳市南山区', '科技园路 1 号', '李雷'],
}

export const DIVISIONS = {
  items: [
    { code: '440305', name: '南山区', latin: 'Nanshan', divided: false },
    { code: '440306', name: '宝安区', latin: "Bao'an", divided: false },
  ],
}
