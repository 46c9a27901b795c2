"""The program with a window: Qt's composition on top of the engine; the only room that knows ui AND engine."""
