"""The theme, given to Qt: palette, style sheet, fonts."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QSpinBox, QStyleFactory, QToolTip, QWidget

from quotedesk.config.paths import resource
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme


def dress(window: QWidget, theme: Theme) -> None:
    """Put the theme on a window and everything in it, and on tooltips, which belong to no window."""
    # Each of these goes through all widgets of the program: only where it is not so yet.
    if QApplication.style().objectName().lower() != "fusion" and (fusion := QStyleFactory.create("Fusion")):
        QApplication.setStyle(fusion)
    colours, font = palette(theme), look.font()
    if QApplication.palette() != colours:
        QApplication.setPalette(colours)
    if QApplication.font() != font:
        QApplication.setFont(font)  # menus have fonts of their own, which this takes back
    QToolTip.setPalette(colours)
    QToolTip.setFont(look.font(12))
    window.setFont(font)
    window.setStyleSheet(style_sheet(theme))


def paint_card(painter: QPainter, box: QRect, theme: Theme) -> None:
    """The ground of what lies over the desk: raised, with an edge and round corners."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.edge, 1))
    painter.setBrush(theme.raised)
    radius = look.POPUP_RADIUS_PX
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def palette(theme: Theme) -> QPalette:
    """The theme as a palette, for what no style sheet reaches."""
    role = QPalette.ColorRole
    result = QPalette()
    for part, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.t1),
        (role.Base, theme.table),
        (role.AlternateBase, theme.table),
        (role.Text, theme.t1),
        (role.PlaceholderText, theme.t3),
        (role.Button, theme.raised),
        (role.ButtonText, theme.t1),
        (role.BrightText, theme.error),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.t1),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.Mid, theme.edge),
        (role.Dark, theme.edge),
        (role.Light, theme.edge),
        (role.Shadow, theme.window),
    ):
        result.setColor(part, colour)
    for part in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, part, theme.t3)
    return result


def style_sheet(theme: Theme) -> str:
    """Qt's own widgets in the theme's colours."""
    colours = {name: _css(getattr(theme, name)) for name in Theme.__dataclass_fields__ if _is_colour(theme, name)}
    labels = "".join(
        f'QLabel[colour="{name}"] {{ color: {colour}; background: transparent; }}\n' for name, colour in colours.items()
    )
    return labels + _SHEET.format(
        **colours,
        bar_px=look.SCROLL_BAR_PX,
        control_px=look.CONTROL_RADIUS_PX,
        popup_px=look.POPUP_RADIUS_PX,
        field_px=look.FIELD_PX - 2,
        chevron=_icon("choose"),
        chosen=_icon("chosen-light" if theme.on_accent.lightness() > 127 else "chosen-dark"),
    )


def _is_colour(theme: Theme, name: str) -> bool:
    return isinstance(getattr(theme, name), QColor)


def _icon(name: str) -> str:
    """What a control shows, as a path that a style sheet can hold; "" where it is missing."""
    try:
        return resource(f"controls/{name}.svg").as_posix()
    except FileNotFoundError:
        return ""


def without_icons(buttons: QDialogButtonBox) -> QDialogButtonBox:
    """The same buttons, with words alone: a desktop's own icons do not go with the look."""
    for button in buttons.buttons():
        button.setIcon(QIcon())
    return buttons


def like_a_field(spin: QSpinBox) -> QSpinBox:
    """The same box, its text where that of a line edit begins: a style sheet does not move it."""
    spin.lineEdit().setTextMargins(11, 0, 0, 0)
    return spin


def _css(colour: QColor) -> str:
    return colour.name()


_SHEET = """
QMainWindow, QMenuBar, QStatusBar {{ background: {window}; color: {t1}; }}
QMenuBar {{ padding: 0 4px; font-size: 13px; border: none; }}
QMenuBar::item {{ padding: 6px 11px; background: transparent; color: {t2}; border-radius: {control_px}px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {select}; color: {t1}; }}
QMenu {{ background: {raised}; color: {t1}; border: 1px solid {edge}; border-radius: {popup_px}px; padding: 4px;
    font-size: 13px; }}
QMenu::item {{ padding: 6px 30px 6px 16px; border-radius: {control_px}px; }}
QMenu::item:selected {{ background: {select}; }}
QMenu::item:disabled {{ color: {t3}; }}
QMenu::separator {{ height: 1px; background: {edge}; margin: 4px 8px; }}
AddLine, SymbolEditor {{ background: transparent; border: none; color: {t1}; placeholder-text-color: {t3};
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QStatusBar {{ border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QTableView, QAbstractScrollArea {{ background: {table}; color: {t1}; border: none;
    selection-background-color: {select}; selection-color: {t1}; }}
QToolTip {{ background: {raised}; color: {t1}; border: 1px solid {edge}; border-radius: {popup_px}px; padding: 5px 8px;
    font-size: 12px; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton {{ background: transparent; color: {t2}; border: 1px solid transparent; border-radius: {control_px}px;
    min-width: 24px; min-height: 22px; padding: 0 1px; font-size: 12px; }}
QToolButton:hover {{ background: {select_idle}; color: {t1}; }}
QToolButton:pressed {{ background: {select}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {t3}; }}
QToolButton[choice="true"] {{ padding: 0 4px; }}
QToolButton[choice="true"]:checked {{ background: {select}; color: {t1}; font-weight: 600; }}
QPushButton {{ background: {raised}; color: {t1}; border: 1px solid {edge}; border-radius: {control_px}px;
    padding: 4px 12px; font-size: 13px; }}
QPushButton:hover {{ background: {select_idle}; border-color: {t3}; }}
QPushButton:pressed {{ background: {select}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {t3}; }}
QPushButton[choice="true"] {{ background: {table}; padding: 4px 8px; }}
QPushButton[choice="true"]:checked {{ background: {select}; border-color: {accent}; color: {t1}; }}
QPushButton[choice="main"]:checked {{ background: {accent}; border-color: {accent}; color: {on_accent}; }}
QPushButton[choice="link"], QPushButton[choice="quiet"] {{ background: transparent; color: {accent};
    border: 1px solid transparent; padding: 2px 6px; }}
QPushButton[choice="quiet"] {{ color: {t3}; padding: 0; font-size: 16px; }}
QPushButton[choice="link"]:hover, QPushButton[choice="quiet"]:hover {{ background: {select}; color: {t1}; }}
QPushButton[choice="link"]:focus, QPushButton[choice="quiet"]:focus {{ border-color: {accent}; }}
QMessageBox, QDialog {{ background: {window}; color: {t1}; }}
QDialog QLineEdit, QDialog QComboBox, QDialog QSpinBox, QDialog QPlainTextEdit {{ background: {raised}; color: {t1};
    border: 1px solid {edge}; border-radius: {control_px}px; padding: 0 10px; font-size: 13px;
    placeholder-text-color: {t3}; selection-background-color: {accent}; selection-color: {on_accent}; }}
QDialog QLineEdit, QDialog QComboBox, QDialog QSpinBox {{ min-height: {field_px}px; max-height: {field_px}px; }}
QDialog QPlainTextEdit {{ padding: 6px; }}
QDialog QLineEdit:focus, QDialog QComboBox:focus, QDialog QSpinBox:focus, QDialog QPlainTextEdit:focus {{
    border-color: {accent}; }}
QDialog QLineEdit:disabled, QDialog QComboBox:disabled, QDialog QSpinBox:disabled {{ color: {t3}; }}
QDialog QComboBox::drop-down {{ border: none; width: 28px; }}
QDialog QComboBox::down-arrow {{ image: url("{chevron}"); width: 14px; height: 14px; }}
QDialog QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {edge}; padding: 4px; outline: none;
    selection-background-color: {select}; selection-color: {t1}; }}
QDialog QSpinBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 0; }}
QDialog QSpinBox::up-button, QDialog QSpinBox::down-button {{ width: 0; border: none; }}
QDialog QCheckBox, QDialog QRadioButton {{ spacing: 8px; font-size: 13px; }}
QDialog QCheckBox::indicator, QDialog QRadioButton::indicator {{ width: 14px; height: 14px; background: {raised};
    border: 1px solid {t3}; border-radius: 3px; }}
QDialog QRadioButton::indicator {{ border-radius: 8px; }}
QDialog QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{chosen}"); }}
QDialog QRadioButton::indicator:checked {{ width: 6px; height: 6px; background: {on_accent};
    border: 5px solid {accent}; }}
QDialog QCheckBox::indicator:focus, QDialog QRadioButton::indicator:focus {{ border-color: {accent}; }}
QDialog QCheckBox:disabled, QDialog QRadioButton:disabled {{ color: {t3}; }}
QDialog QPushButton {{ min-height: {field_px}px; max-height: {field_px}px; padding: 0 14px; }}
QDialog QPushButton[choice="true"] {{ padding: 0 10px; }}
QDialog QPushButton:default {{ background: {accent}; border-color: {accent}; color: {on_accent}; }}
QDialog QPushButton:default:disabled {{ background: {raised}; border-color: {edge}; color: {t3}; }}
QDialog QTableView, QDialog QListView {{ border: 1px solid {edge}; border-radius: {control_px}px; }}
QDialog QListView {{ padding: 4px; outline: none; }}
QDialog QListView::item {{ height: 26px; padding-left: 6px; border-radius: {control_px}px; color: {t1}; }}
QDialog QListView::item:selected {{ background: {select}; }}
QDialog QListView::item:disabled {{ color: {t3}; }}
QDialog QListView::indicator, QDialog QTableView::indicator {{ width: 14px; height: 14px; background: {raised};
    border: 1px solid {t3}; border-radius: 3px; }}
QDialog QListView::indicator:checked, QDialog QTableView::indicator:checked {{ background: {accent};
    border-color: {accent}; image: url("{chosen}"); }}
QDialog QListView::indicator:checked:disabled {{ background: {t3}; border-color: {t3}; }}
QDialog QHeaderView::section {{ background: {table}; color: {t3}; border: none; border-bottom: 1px solid {line};
    padding: 4px 6px; font-size: 11px; }}
QDialog QProgressBar {{ background: {raised}; border: 1px solid {edge}; border-radius: 3px; height: 6px; color: {t1}; }}
QDialog QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QSplitter::handle {{ background: {line}; }}
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: {bar_px}px; margin: 2px 0; }}
QScrollBar:horizontal {{ height: {bar_px}px; margin: 0 2px; }}
QScrollBar::handle {{ background: {edge}; border-radius: 3px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {t3}; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
