"""What people call that which venues know by a few letters: their directories do not say."""

COINS = {
    "1INCH": "1inch", "AAVE": "Aave", "ADA": "Cardano", "ALGO": "Algorand", "APT": "Aptos", "ARB": "Arbitrum",
    "ATOM": "Cosmos", "AVAX": "Avalanche", "AXS": "Axie Infinity", "BCH": "Bitcoin Cash", "BNB": "BNB",
    "BONK": "Bonk", "BTC": "Bitcoin", "COMP": "Compound", "CRV": "Curve", "DAI": "Dai", "DOGE": "Dogecoin",
    "DOT": "Polkadot", "DYDX": "dYdX", "ENA": "Ethena", "ENS": "Ethereum Name Service", "EOS": "EOS",
    "ETC": "Ethereum Classic", "ETH": "Ethereum", "FET": "Fetch.ai", "FIL": "Filecoin", "FLOW": "Flow",
    "FTM": "Fantom", "GALA": "Gala", "GRT": "The Graph", "HBAR": "Hedera", "HYPE": "Hyperliquid",
    "ICP": "Internet Computer", "IMX": "Immutable", "INJ": "Injective", "JUP": "Jupiter", "KAS": "Kaspa",
    "LDO": "Lido", "LINK": "Chainlink", "LTC": "Litecoin", "MANA": "Decentraland", "MATIC": "Polygon",
    "MKR": "Maker", "NEAR": "NEAR", "OP": "Optimism", "ORDI": "Ordinals", "PAXG": "PAX Gold", "PEPE": "Pepe",
    "POL": "Polygon", "PYTH": "Pyth", "QNT": "Quant", "RENDER": "Render", "RUNE": "THORChain", "SAND": "The Sandbox",
    "SEI": "Sei", "SHIB": "Shiba Inu", "SNX": "Synthetix", "SOL": "Solana", "STX": "Stacks", "SUI": "Sui",
    "TAO": "Bittensor", "TIA": "Celestia", "TON": "Toncoin", "TRUMP": "Official Trump", "TRX": "Tron",
    "UNI": "Uniswap", "USDC": "USD Coin", "USDT": "Tether", "VET": "VeChain", "WIF": "dogwifhat",
    "WLD": "Worldcoin", "XLM": "Stellar", "XMR": "Monero", "XRP": "XRP", "XTZ": "Tezos", "ZEC": "Zcash",
    "EUR": "Euro", "GBP": "Pound sterling", "AUD": "Australian dollar", "CHF": "Swiss franc", "CAD": "Canadian dollar",
}  # fmt: skip
SHARES = {
    "AAPL": "Apple", "AMD": "AMD", "AMZN": "Amazon", "ASML": "ASML", "AVGO": "Broadcom", "BABA": "Alibaba",
    "BRK.B": "Berkshire Hathaway", "COIN": "Coinbase", "CRCL": "Circle", "CRM": "Salesforce", "CSCO": "Cisco",
    "DFDV": "DeFi Development", "DIS": "Disney", "GLD": "SPDR Gold Trust", "GME": "GameStop", "GOOG": "Alphabet",
    "GOOGL": "Alphabet", "HD": "Home Depot", "HOOD": "Robinhood", "IBM": "IBM", "INTC": "Intel",
    "JNJ": "Johnson & Johnson", "JPM": "JPMorgan Chase", "KO": "Coca-Cola", "LLY": "Eli Lilly", "MA": "Mastercard",
    "MCD": "McDonald's", "META": "Meta", "MRK": "Merck", "MRVL": "Marvell", "MSFT": "Microsoft", "MSTR": "Strategy",
    "MU": "Micron", "NFLX": "Netflix", "NVDA": "Nvidia", "ORCL": "Oracle", "PEP": "PepsiCo", "PFE": "Pfizer",
    "PLTR": "Palantir", "PYPL": "PayPal", "QQQ": "Invesco QQQ", "SPY": "SPDR S&P 500", "TQQQ": "ProShares UltraPro QQQ",
    "TSLA": "Tesla", "TSM": "TSMC", "UBER": "Uber", "UNH": "UnitedHealth", "V": "Visa", "WMT": "Walmart",
    "XOM": "Exxon Mobil",
}  # fmt: skip
COMMODITIES = {
    "XAU": "gold", "XAG": "silver", "XPT": "platinum", "XPD": "palladium", "XCU": "copper", "CL": "WTI crude oil",
    "BZ": "Brent crude oil", "NG": "natural gas", "GC": "gold", "SI": "silver", "HG": "copper",
}  # fmt: skip
CURRENCIES = {
    "EUR": "the euro", "GBP": "the pound", "JPY": "the yen", "AUD": "the Australian dollar", "CHF": "the Swiss franc",
    "CAD": "the Canadian dollar", "NZD": "the New Zealand dollar", "USD": "the US dollar",
}  # fmt: skip
