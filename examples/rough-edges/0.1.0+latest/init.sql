CREATE TABLE greeting (text text);
