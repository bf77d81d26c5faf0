"""The invented shop behind the demo server: everything in memory, nothing leaves the process.

``Shop.call`` runs one tool of ``tools.json`` and returns a JSON object. The tools do to this
state what their definitions say, except that no mail is sent, no script run and no money moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Arguments = Mapping[str, Any]
Result = dict[str, Any]


class ShopError(Exception):
    """The arguments name something that the shop does not have, or ask for what cannot be."""


def _products() -> dict[str, Result]:
    rows = [
        ("FS-0001", "Hand trowel, ash handle", 14.5, 40),
        ("FS-0002", "Digging spade", 49.0, 12),
        ("FS-0003", "Bypass secateurs", 32.9, 0),
        ("FS-0004", "Watering can, 9 litres", 27.0, 23),
        ("FS-0005", "Hand fork, ash handle", 14.5, 8),
    ]
    return {s: {"sku": s, "name": n, "price": p, "stock": k} for s, n, p, k in rows}


def _orders() -> dict[str, Result]:
    rows = [
        ("O-1001", "2026-03-02", "C-0042", 63.5, "shipped"),
        ("O-1002", "2026-03-04", "C-0007", 27.0, "open"),
        ("O-1003", "2026-03-09", "C-0042", 32.9, "open"),
    ]
    return {
        number: {"order": number, "date": date, "customer": who, "total": total, "status": status}
        for number, date, who, total, status in rows
    }


@dataclass(slots=True)
class Shop:
    """The state of one running server."""

    products: dict[str, Result] = field(default_factory=_products)
    orders: dict[str, Result] = field(default_factory=_orders)
    customers: set[str] = field(default_factory=lambda: {"C-0007", "C-0042"})
    discounts: dict[str, float] = field(default_factory=dict)
    cart_ages: list[int] = field(default_factory=lambda: [2, 31, 90])
    """Days since each open cart was touched."""

    def call(self, tool: str, arguments: Arguments) -> Result:
        """Run one tool. Raises ShopError where the shop cannot do it."""
        handlers: dict[str, Callable[[Arguments], Result]] = {
            "search_products": self._search_products,
            "get_order": self._get_order,
            "list_orders": self._list_orders,
            "sales_report": self._sales_report,
            "update_stock": self._update_stock,
            "create_discount_code": self._create_discount_code,
            "send_newsletter": self._send_newsletter,
            "run_report_script": self._run_report_script,
            "reindex_catalog": self._reindex_catalog,
            "clear_abandoned_carts": self._clear_abandoned_carts,
            "purge_customer": self._purge_customer,
            "issue_refund": self._issue_refund,
        }
        if tool not in handlers:
            raise ShopError(f"no tool is called {tool!r}")
        return handlers[tool](arguments)

    def _order(self, number: str) -> Result:
        if number not in self.orders:
            raise ShopError(f"no order has the number {number!r}")
        return self.orders[number]

    def _search_products(self, arguments: Arguments) -> Result:
        words = arguments["query"].lower().split()
        found = [p for p in self.products.values() if all(w in p["name"].lower() for w in words)]
        if arguments.get("in_stock_only", False):
            found = [p for p in found if p["stock"]]
        return {"products": found[: arguments.get("limit", 10)]}

    def _get_order(self, arguments: Arguments) -> Result:
        return dict(self._order(arguments["order"]))

    def _list_orders(self, arguments: Arguments) -> Result:
        wanted = {k: arguments[k] for k in ("customer", "status") if k in arguments}
        found = [o for o in self.orders.values() if all(o[k] == v for k, v in wanted.items())]
        found.sort(key=lambda order: order["order"], reverse=True)
        return {"orders": found[: min(arguments.get("limit", 20), 100)]}

    def _sales_report(self, arguments: Arguments) -> Result:
        sold = [
            order["total"]
            for order in self.orders.values()
            if arguments["from"] <= order["date"] <= arguments["to"]
        ]
        return {"orders": len(sold), "revenue": round(sum(sold), 2)}

    def _update_stock(self, arguments: Arguments) -> Result:
        if arguments["sku"] not in self.products:
            raise ShopError(f"no product has the SKU {arguments['sku']!r}")
        product = self.products[arguments["sku"]]
        before, product["stock"] = product["stock"], arguments["quantity"]
        return {"sku": product["sku"], "before": before, "now": product["stock"]}

    def _create_discount_code(self, arguments: Arguments) -> Result:
        if arguments["code"] in self.discounts:
            raise ShopError(f"the code {arguments['code']!r} exists already")
        self.discounts[arguments["code"]] = arguments["percent"]
        return {"code": arguments["code"], "percent": arguments["percent"]}

    def _send_newsletter(self, arguments: Arguments) -> Result:
        return {"segment": arguments["segment"], "sent": 0, "note": "the demo sends no mail"}

    def _run_report_script(self, arguments: Arguments) -> Result:
        lines = len(arguments["script"].splitlines())
        return {"lines": lines, "output": "", "note": "the demo runs no scripts"}

    def _reindex_catalog(self, arguments: Arguments) -> Result:
        return {"indexed": len(self.products), "full": arguments.get("full", False)}

    def _clear_abandoned_carts(self, arguments: Arguments) -> Result:
        kept = [age for age in self.cart_ages if age < arguments.get("days", 30)]
        deleted = len(self.cart_ages) - len(kept)
        self.cart_ages = kept
        return {"deleted": deleted, "kept": len(kept)}

    def _purge_customer(self, arguments: Arguments) -> Result:
        if not arguments["confirm"]:
            raise ShopError("nothing was deleted: confirm is not true")
        known = arguments["customer"] in self.customers
        self.customers.discard(arguments["customer"])
        return {"customer": arguments["customer"], "deleted": known}

    def _issue_refund(self, arguments: Arguments) -> Result:
        order = self._order(arguments["order"])
        amount = arguments.get("amount", order["total"])
        if order["status"] == "refunded" or amount > order["total"]:
            raise ShopError(f"order {order['order']} has no {amount} euro left to refund")
        order["status"] = "refunded"
        return {"order": order["order"], "refunded": amount, "note": "the demo moves no money"}
